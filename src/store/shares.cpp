#include "store/shares.h"

#include "store/conversations.h"
#include "store/messages.h"

namespace falconet {

Result<Share> share_conversation(Transaction& transaction, const UserId& user,
                                 const ConversationId& conversation, const MessageId& leaf,
                                 std::optional<std::int64_t> expires) {
  TRY(unshare_conversation(transaction, user, conversation));
  TRY_ASSIGN(const Message message, find_message(transaction, user, leaf));
  if (message.conversation_id != conversation) {
    return error(ErrorCode::NotFound, "leaf_id: this conversation has no message ", leaf.value);
  }
  if (expires && *expires <= transaction.now()) {
    return error(ErrorCode::InvalidArgument, "expires: that time is over already");
  }
  Share share{.token = secret_token(), .leaf_id = leaf, .expires = expires};
  TRY(
      transaction.execute("INSERT INTO shares (token, conversation_id, leaf_id, created, expires) "
                          "VALUES (?, ?, ?, ?, ?)",
                          share.token, conversation, leaf, transaction.now(), share.expires));
  return share;
}

Status unshare_conversation(Transaction& transaction, const UserId& user,
                            const ConversationId& conversation) {
  TRY(find_conversation(transaction, user, conversation));
  TRY(transaction.execute("DELETE FROM shares WHERE conversation_id = ?", conversation));
  return {};
}

Result<std::optional<Share>> share_of(Transaction& transaction, const UserId& user,
                                      const ConversationId& conversation) {
  TRY(find_conversation(transaction, user, conversation));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT token, leaf_id, expires FROM shares "
                                 "WHERE conversation_id = ? AND (expires IS NULL OR expires > ?)",
                                 conversation, transaction.now()));
  if (rows.empty()) return std::optional<Share>();
  const SqlRow& row = rows.front();
  return std::optional(
      Share{.token = row.text(0), .leaf_id = {row.text(1)}, .expires = row.optional_integer(2)});
}

Result<SharedBranch> find_shared(Transaction& transaction, const std::string& token) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT c.user_id, c.title, s.leaf_id, s.created, s.expires "
                                 "FROM shares s JOIN conversations c ON c.id = s.conversation_id "
                                 "WHERE s.token = ?",
                                 token));
  const Error gone = error(ErrorCode::NotFound, "there is nothing shared under this link");
  if (rows.empty()) return gone;
  const SqlRow& row = rows.front();
  if (const auto expires = row.optional_integer(4); expires && *expires <= transaction.now()) {
    return gone;
  }
  SharedBranch shared{.title = row.text(1), .created = row.integer(3)};
  TRY_ASSIGN(shared.messages, branch_of(transaction, {row.text(0)}, {row.text(2)}));
  return shared;
}

}  // namespace falconet
