#include "assistant/import_formats.h"

#include "store/ratings.h"

namespace falconet {
namespace {

using Reader = std::optional<ImportedConversation> (*)(const Json&);

// A document of thousands of broken conversations is broken in one way: the first ones tell it.
constexpr std::size_t kMaxProblems = 20;

/// Which reader an array's elements want, by the first that tells.
Reader reader_for(const Json& array) {
  for (const Json& element : array) {
    if (find_member(element, "mapping") != nullptr) return chatgpt_conversation;
    const Json* chat = find_member(element, "chat");
    if (chat != nullptr && chat->is_object()) return open_webui_conversation;
  }
  return nullptr;
}

ImportedDocument read_all(const Json& array, Reader reader) {
  ImportedDocument document;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (auto conversation = reader(array[i])) {
      document.conversations.push_back(*std::move(conversation));
    } else if (document.problems.size() < kMaxProblems) {
      const std::string title = string_member(array[i], "title").value_or("");
      document.problems.push_back(
          cat("conversation ", i + 1, " ('", title.substr(0, 80), "') has no message to read"));
    }
  }
  return document;
}

/// The objects of a member that is an array; whatever else stands there is passed over.
std::vector<const Json*> objects_of(const Json& document, const char* name) {
  std::vector<const Json*> objects;
  const Json* array = find_member(document, name);
  if (array == nullptr || !array->is_array()) return objects;
  for (const Json& element : *array) {
    if (element.is_object()) objects.push_back(&element);
  }
  return objects;
}

void read_folders(const Json& document, ImportedDocument& read) {
  for (const Json* folder : objects_of(document, "folders")) {
    read.folders.push_back({.key = string_member(*folder, "id").value_or(""),
                            .parent_key = string_member(*folder, "parent_id").value_or(""),
                            .name = string_member(*folder, "name").value_or("")});
  }
}

void read_prompts(const Json& document, ImportedDocument& read) {
  for (const Json* prompt : objects_of(document, "prompts")) {
    read.prompts.push_back({.name = string_member(*prompt, "name").value_or(""),
                            .text = string_member(*prompt, "text").value_or("")});
  }
}

std::optional<Rating> read_rating(const Json& message) {
  const Json* rating = find_member(message, "rating");
  if (rating == nullptr || !rating->is_object()) return std::nullopt;
  const std::int64_t value = int_member(*rating, "value").value_or(0);
  if (value != 1 && value != -1) return std::nullopt;
  Rating read{.value = static_cast<int>(value),
              .comment = string_member(*rating, "comment").value_or(""),
              .changed = int_member(*rating, "changed").value_or(0)};
  if (const Json* reasons = find_member(*rating, "reasons"); reasons && reasons->is_array()) {
    for (const Json& reason : *reasons) {
      if (reason.is_string()) read.reasons.push_back(reason.get<std::string>());
    }
  }
  if (const auto score = int_member(*rating, "score")) read.score = static_cast<int>(*score);
  if (const Json* marks = find_member(*rating, "marks")) read.marks = marks_of(*marks);
  read.better = string_member(*rating, "better").value_or("");
  return read;
}

}  // namespace

Result<std::int64_t> import_document(Transaction& transaction, const UserId& user,
                                     const ImportedDocument& document) {
  TRY_ASSIGN(const FolderKeys folders, import_folders(transaction, user, document.folders));
  TRY(import_prompts(transaction, user, document.prompts));
  std::int64_t num_imported = 0;
  for (const ImportedConversation& conversation : document.conversations) {
    TRY_ASSIGN(const bool is_new, import_conversation(transaction, user, conversation, folders));
    if (is_new) ++num_imported;
  }
  return num_imported;
}

Result<ImportedDocument> read_import(const Json& document) {
  const Json* own = find_member(document, "conversations");
  if (own != nullptr && own->is_array() && string_member(document, "format") == "falconet") {
    ImportedDocument read = read_all(*own, falconet_conversation);
    read_folders(document, read);
    read_prompts(document, read);
    return read;
  }
  if (document.is_array() && document.empty()) return ImportedDocument();
  if (document.is_array()) {
    if (const Reader reader = reader_for(document)) return read_all(document, reader);
  }
  return error(ErrorCode::Unsupported,
               "this is no export of Falconet, of ChatGPT (conversations.json) or of Open WebUI");
}

std::optional<ImportedConversation> falconet_conversation(const Json& conversation) {
  ImportedConversation imported{
      .title = string_member(conversation, "title").value_or(""),
      .folder_key = string_member(conversation, "folder_id").value_or(""),
      .is_pinned = bool_member(conversation, "is_pinned").value_or(false),
      .is_archived = bool_member(conversation, "is_archived").value_or(false),
      .created = int_member(conversation, "created").value_or(0),
      .changed = int_member(conversation, "changed").value_or(0),
      .leaf_key = string_member(conversation, "leaf_id").value_or("")};
  const Json* parameters = find_member(conversation, "parameters");
  if (parameters != nullptr && parameters->is_object()) imported.parameters = *parameters;
  if (const Json* tags = find_member(conversation, "tags"); tags != nullptr && tags->is_array()) {
    for (const Json& tag : *tags) {
      if (tag.is_string()) imported.tags.push_back(tag.get<std::string>());
    }
  }
  const Json* messages = find_member(conversation, "messages");
  if (messages == nullptr || !messages->is_array()) return std::nullopt;
  for (const Json& message : *messages) {
    const std::string role = string_member(message, "role").value_or("");
    if (role != "user" && role != "assistant" && role != "system") continue;
    ImportedMessage& one = imported.messages.emplace_back();
    one = {.key = string_member(message, "id").value_or(""),
           .parent_key = string_member(message, "parent_id").value_or(""),
           .role = role,
           .content = string_member(message, "content").value_or(""),
           .reasoning = string_member(message, "reasoning").value_or(""),
           .rating = read_rating(message),
           .created = int_member(message, "created").value_or(imported.created)};
    const Json* attachments = find_member(message, "attachments");
    if (attachments == nullptr || !attachments->is_array()) continue;
    for (const Json& attachment : *attachments) {
      one.attachments.push_back({string_member(attachment, "name").value_or(""),
                                 string_member(attachment, "text").value_or("")});
    }
  }
  if (imported.messages.empty()) return std::nullopt;
  return imported;
}

}  // namespace falconet
