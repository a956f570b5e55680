#include "assistant/import_formats.h"

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

}  // namespace

Result<ImportedDocument> read_import(const Json& document) {
  const Json* own = find_member(document, "conversations");
  if (own != nullptr && own->is_array() && string_member(document, "format") == "falconet") {
    return read_all(*own, falconet_conversation);
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
