#include "store/messages.h"

#include "store/message_rows.h"
#include "store/search_index.h"

namespace falconet {
namespace {

// Each message of a branch costs a row; a person does not write more.
constexpr std::int64_t kMaxDepth = 10'000;

Error no_message(const MessageId& id) {
  return error(ErrorCode::NotFound, "there is no message ", id.value);
}

Status check_message(const NewMessage& fields) {
  if (fields.role != "user" && fields.role != "assistant" && fields.role != "system") {
    return error(ErrorCode::InvalidArgument, "role: expected user, assistant or system, found '",
                 fields.role.substr(0, 40), "'");
  }
  if (fields.attachments.size() > kMaxAttachments) {
    return error(ErrorCode::InvalidArgument, "attachments: at most ", kMaxAttachments, ", found ",
                 fields.attachments.size());
  }
  std::size_t num_bytes = fields.content.size();
  for (const Attachment& attachment : fields.attachments) {
    num_bytes += attachment.name.size() + attachment.text.size();
  }
  if (num_bytes <= kMaxMessageBytes) return {};
  return error(ErrorCode::InvalidArgument, "content: ", num_bytes,
               " bytes with its attachments, more than the ", kMaxMessageBytes, " of one message");
}

Status check_parent(Transaction& transaction, const UserId& user, const NewMessage& fields) {
  TRY_ASSIGN(const SqlRows conversation,
             transaction.execute("SELECT 1 FROM conversations WHERE id = ? AND user_id = ?",
                                 fields.conversation_id, user));
  if (conversation.empty()) {
    return error(ErrorCode::NotFound, "there is no conversation ", fields.conversation_id.value);
  }
  if (!fields.parent_id) return {};
  TRY_ASSIGN(const SqlRows parent,
             transaction.execute("SELECT 1 FROM messages WHERE id = ? AND conversation_id = ?",
                                 *fields.parent_id, fields.conversation_id));
  if (!parent.empty()) return {};
  return error(ErrorCode::NotFound, "parent_id: this conversation has no message ",
               fields.parent_id->value);
}

}  // namespace

Result<Message> add_message(Transaction& transaction, const UserId& user, NewMessage fields) {
  TRY(check_message(fields));
  TRY(check_parent(transaction, user, fields));
  Message message{.id = {transaction.new_id()},
                  .conversation_id = std::move(fields.conversation_id),
                  .parent_id = std::move(fields.parent_id),
                  .role = std::move(fields.role),
                  .content = std::move(fields.content),
                  .status = fields.status,
                  .attachments = std::move(fields.attachments),
                  .created = transaction.now()};
  TRY(transaction.execute(
      "INSERT INTO messages (id, conversation_id, parent_id, role, content, reasoning, status, "
      "error, attachments, created) VALUES (?, ?, ?, ?, ?, '', ?, NULL, ?, ?)",
      message.id, message.conversation_id, message.parent_id, message.role, message.content,
      message_status_name(message.status), attachments_text(message.attachments), message.created));
  TRY(transaction.execute("UPDATE conversations SET leaf_id = ?, changed = ? WHERE id = ?",
                          message.id, transaction.now(), message.conversation_id));
  TRY(index_message(transaction, message));
  return message;
}

Result<std::vector<Message>> messages_of(Transaction& transaction, const UserId& user,
                                         const ConversationId& conversation) {
  TRY_ASSIGN(const SqlRows owned,
             transaction.execute("SELECT 1 FROM conversations WHERE id = ? AND user_id = ?",
                                 conversation, user));
  if (owned.empty()) {
    return error(ErrorCode::NotFound, "there is no conversation ", conversation.value);
  }
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectMessages,
                                     "WHERE m.conversation_id = ? AND c.user_id = ? ORDER BY m.id"),
                                 conversation, user));
  std::vector<Message> messages;
  for (const SqlRow& row : rows) messages.push_back(message_of(row));
  TRY(add_ledgers(transaction, conversation, messages));
  TRY(add_ratings(transaction, conversation, messages));
  TRY(add_probes(transaction, conversation, messages));
  TRY(add_comparisons(transaction, conversation, messages));
  return messages;
}

Result<Message> find_message(Transaction& transaction, const UserId& user, const MessageId& id) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(cat(kSelectMessages, "WHERE m.id = ? AND c.user_id = ?"), id, user));
  if (rows.empty()) return no_message(id);
  std::vector<Message> found = {message_of(rows.front())};
  const ConversationId conversation = found.front().conversation_id;
  TRY(add_ledgers(transaction, conversation, found));
  TRY(add_ratings(transaction, conversation, found));
  TRY(add_probes(transaction, conversation, found));
  TRY(add_comparisons(transaction, conversation, found));
  return std::move(found.front());
}

Result<std::vector<Message>> branch_of(Transaction& transaction, const UserId& user,
                                       const MessageId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 cat("WITH RECURSIVE branch (id, parent_id, depth) AS ("
                     "SELECT id, parent_id, 0 FROM messages WHERE id = ? UNION ALL "
                     "SELECT p.id, p.parent_id, b.depth + 1 FROM messages p "
                     "JOIN branch b ON p.id = b.parent_id WHERE b.depth < ?) ",
                     kSelectMessages,
                     "JOIN branch b ON b.id = m.id WHERE c.user_id = ? ORDER BY b.depth DESC"),
                 id, kMaxDepth, user));
  if (rows.empty()) return no_message(id);
  std::vector<Message> branch;
  for (const SqlRow& row : rows) branch.push_back(message_of(row));
  return branch;
}

Status delete_message(Transaction& transaction, const UserId& user, const MessageId& id) {
  TRY_ASSIGN(const Message message, find_message(transaction, user, id));
  // One answer of two is an answer like any other.
  TRY(
      transaction.execute("DELETE FROM comparisons WHERE id IN "
                          "(SELECT comparison_id FROM generations WHERE message_id = ?)",
                          id));
  TRY(transaction.execute("DELETE FROM messages WHERE id = ?", id));
  TRY(transaction.execute(
      "UPDATE conversations SET changed = ?, leaf_id = "
      "coalesce(?, (SELECT max(m.id) FROM messages m WHERE m.conversation_id = conversations.id)) "
      "WHERE id = ? AND leaf_id IS NOT NULL AND NOT EXISTS "
      "(SELECT 1 FROM messages m WHERE m.id = conversations.leaf_id)",
      transaction.now(), message.parent_id, message.conversation_id));
  return {};
}

}  // namespace falconet
