#include "store/imports.h"

#include <algorithm>

#include "base/unicode.h"
#include "store/conversations.h"
#include "store/folders.h"
#include "store/message_rows.h"
#include "store/messages.h"
#include "store/prompts.h"
#include "store/ratings.h"
#include "store/search_index.h"

namespace falconet {
namespace {

/// At most so many bytes, whole characters.
std::string cut(std::string_view text, std::size_t max_bytes) {
  text = text.substr(0, max_bytes);
  return std::string(text.substr(0, text.size() - incomplete_utf8_suffix(text)));
}

std::vector<std::string> usable_tags(const std::vector<std::string>& tags) {
  std::vector<std::string> usable;
  for (const std::string& tag : tags) {
    std::string name = cut(trim(tag), kMaxTagBytes);
    if (!name.empty() && usable.size() < kMaxTags) usable.push_back(std::move(name));
  }
  return usable;
}

Rating usable_rating(Rating rating) {
  rating.comment = cut(rating.comment, kMaxCommentBytes);
  if (rating.reasons.size() > kMaxReasons) rating.reasons.resize(kMaxReasons);
  for (std::string& reason : rating.reasons) reason = cut(reason, kMaxReasonBytes);
  rating.better = cut(rating.better, kMaxBetterBytes);
  if (rating.score && (*rating.score < kWorstScore || *rating.score > kBestScore)) {
    rating.score = {};
  }
  if (rating.marks.size() > kMaxMarks) rating.marks.resize(kMaxMarks);
  for (TextMark& mark : rating.marks) {
    mark.exact = cut(mark.exact, kMaxMarkBytes);
    mark.prefix = cut(mark.prefix, kMaxMarkEdgeBytes);
    mark.suffix = cut(mark.suffix, kMaxMarkEdgeBytes);
  }
  std::erase_if(rating.marks, [](const TextMark& mark) { return trim(mark.exact).empty(); });
  return rating;
}

Result<bool> is_here_already(Transaction& transaction, const UserId& user, const std::string& title,
                             std::int64_t created) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT 1 FROM conversations WHERE user_id = ? AND title = ? AND "
                                 "created = ?",
                                 user, title, created));
  return !rows.empty();
}

Result<Message> insert_message(Transaction& transaction, const ConversationId& conversation,
                               const std::optional<MessageId>& parent,
                               const ImportedMessage& imported) {
  Message message{.id = {transaction.new_id()},
                  .conversation_id = conversation,
                  .parent_id = parent,
                  .role = imported.role,
                  .content = cut(imported.content, kMaxMessageBytes),
                  .reasoning = cut(imported.reasoning, kMaxMessageBytes),
                  .attachments = imported.attachments,
                  .created = imported.created};
  TRY(transaction.execute(
      "INSERT INTO messages (id, conversation_id, parent_id, role, content, reasoning, status, "
      "error, attachments, created) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)",
      message.id, conversation, parent, message.role, message.content, message.reasoning,
      message_status_name(message.status), attachments_text(message.attachments), message.created));
  TRY(index_message(transaction, message));
  return message;
}

/// The message that the branch shown ends in.
Result<std::optional<MessageId>> insert_messages(Transaction& transaction, const UserId& user,
                                                 const ConversationId& conversation,
                                                 const ImportedConversation& imported) {
  std::map<std::string, MessageId, std::less<>> ids;
  std::optional<MessageId> last;
  for (const ImportedMessage& message : imported.messages) {
    const auto parent = ids.find(message.parent_key);
    const auto parent_id = parent == ids.end() ? std::nullopt : std::optional(parent->second);
    TRY_ASSIGN(const Message inserted,
               insert_message(transaction, conversation, parent_id, message));
    if (message.rating && message.role == "assistant") {
      TRY(rate_message(transaction, user, inserted.id, usable_rating(*message.rating)));
    }
    ids[message.key] = inserted.id;
    last = inserted.id;
  }
  const auto leaf = ids.find(imported.leaf_key);
  return leaf == ids.end() ? last : std::optional(leaf->second);
}

/// The folder of this name below this parent, made if there is none.
Result<FolderId> folder_named(Transaction& transaction, const UserId& user,
                              std::vector<Folder>& here, const std::string& name,
                              const std::optional<FolderId>& parent) {
  const auto same = std::ranges::find_if(here, [&](const Folder& folder) {
    return folder.name == name && folder.parent_id == parent;
  });
  if (same != here.end()) return same->id;
  TRY_ASSIGN(Folder made, create_folder(transaction, user, {.name = name, .parent_id = parent}));
  here.push_back(made);
  return made.id;
}

}  // namespace

Result<FolderKeys> import_folders(Transaction& transaction, const UserId& user,
                                  const std::vector<ImportedFolder>& folders) {
  TRY_ASSIGN(std::vector<Folder> here, folders_of(transaction, user));
  FolderKeys keys;
  std::vector<const ImportedFolder*> left;
  for (const ImportedFolder& folder : folders) left.push_back(&folder);
  // Parents before their children, whatever their order; what waits for nobody is at the top.
  for (bool is_stuck = false; !left.empty();) {
    const auto can_wait = [&](const ImportedFolder* folder) {
      return !folder->parent_key.empty() && !keys.contains(folder->parent_key) && !is_stuck;
    };
    const auto ready = std::ranges::find_if_not(left, can_wait);
    if (ready == left.end()) {
      is_stuck = true;
      continue;
    }
    const ImportedFolder& folder = **ready;
    const auto parent = keys.find(folder.parent_key);
    const auto parent_id = parent == keys.end() ? std::nullopt : std::optional(parent->second);
    const std::string name = cut(trim(folder.name), kMaxNameBytes);
    TRY_ASSIGN(keys[folder.key],
               folder_named(transaction, user, here, name.empty() ? "?" : name, parent_id));
    left.erase(ready);
    is_stuck = false;
  }
  return keys;
}

Status import_prompts(Transaction& transaction, const UserId& user,
                      const std::vector<ImportedPrompt>& prompts) {
  TRY_ASSIGN(const std::vector<SavedPrompt> here, prompts_of(transaction, user));
  for (const ImportedPrompt& prompt : prompts) {
    const std::string name = cut(trim(prompt.name), kMaxNameBytes);
    const std::string text = cut(prompt.text, kMaxPromptBytes);
    const bool is_here = std::ranges::any_of(
        here, [&](const SavedPrompt& known) { return known.name == name && known.text == text; });
    if (is_here || name.empty() || text.empty()) continue;
    TRY(create_prompt(transaction, user, {.name = name, .text = text}));
  }
  return {};
}

Result<bool> import_conversation(Transaction& transaction, const UserId& user,
                                 const ImportedConversation& imported, const FolderKeys& folders) {
  const std::string title = cut(imported.title, kMaxTitleBytes);
  TRY_ASSIGN(const bool is_here, is_here_already(transaction, user, title, imported.created));
  if (is_here) return false;
  ConversationChange fields{.title = title,
                            .tags = usable_tags(imported.tags),
                            .parameters = imported.parameters,
                            .is_pinned = imported.is_pinned,
                            .is_archived = imported.is_archived};
  const auto folder = folders.find(imported.folder_key);
  if (folder != folders.end()) fields.folder_id = folder->second;
  TRY_ASSIGN(const Conversation made, create_conversation(transaction, user, fields));
  TRY_ASSIGN(const auto leaf, insert_messages(transaction, user, made.id, imported));
  TRY(transaction.execute(
      "UPDATE conversations SET leaf_id = ?, created = ?, changed = ? WHERE id = ?", leaf,
      imported.created, imported.changed, made.id));
  return true;
}

}  // namespace falconet
