#include "store/imports.h"

#include <map>

#include "base/unicode.h"
#include "store/conversations.h"
#include "store/message_rows.h"
#include "store/messages.h"
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
Result<std::optional<MessageId>> insert_messages(Transaction& transaction,
                                                 const ConversationId& conversation,
                                                 const ImportedConversation& imported) {
  std::map<std::string, MessageId, std::less<>> ids;
  std::optional<MessageId> last;
  for (const ImportedMessage& message : imported.messages) {
    const auto parent = ids.find(message.parent_key);
    const auto parent_id = parent == ids.end() ? std::nullopt : std::optional(parent->second);
    TRY_ASSIGN(const Message inserted,
               insert_message(transaction, conversation, parent_id, message));
    ids[message.key] = inserted.id;
    last = inserted.id;
  }
  const auto leaf = ids.find(imported.leaf_key);
  return leaf == ids.end() ? last : std::optional(leaf->second);
}

}  // namespace

Result<bool> import_conversation(Transaction& transaction, const UserId& user,
                                 const ImportedConversation& imported) {
  const std::string title = cut(imported.title, kMaxTitleBytes);
  TRY_ASSIGN(const bool is_here, is_here_already(transaction, user, title, imported.created));
  if (is_here) return false;
  TRY_ASSIGN(const Conversation made, create_conversation(transaction, user,
                                                          {.title = title,
                                                           .tags = usable_tags(imported.tags),
                                                           .parameters = imported.parameters,
                                                           .is_pinned = imported.is_pinned,
                                                           .is_archived = imported.is_archived}));
  TRY_ASSIGN(const auto leaf, insert_messages(transaction, made.id, imported));
  TRY(transaction.execute(
      "UPDATE conversations SET leaf_id = ?, created = ?, changed = ? WHERE id = ?", leaf,
      imported.created, imported.changed, made.id));
  return true;
}

}  // namespace falconet
