#include "store/search_index.h"

#include "store/search_text.h"

namespace falconet {
namespace {

Status add_document(Transaction& transaction, const ConversationId& conversation,
                    const std::optional<MessageId>& message, std::string_view text) {
  const std::string tokens = search_tokens(text);
  if (tokens.empty()) return {};
  TRY(transaction.execute(
      "INSERT INTO search_documents (conversation_id, message_id, tokens) VALUES (?, ?, ?)",
      conversation, message, tokens));
  return {};
}

}  // namespace

Status index_title(Transaction& transaction, const ConversationId& conversation,
                   std::string_view title) {
  TRY(transaction.execute(
      "DELETE FROM search_documents WHERE conversation_id = ? AND message_id IS NULL",
      conversation));
  return add_document(transaction, conversation, std::nullopt, title);
}

Status index_message(Transaction& transaction, const Message& message) {
  TRY(transaction.execute("DELETE FROM search_documents WHERE message_id = ?", message.id));
  return add_document(transaction, message.conversation_id, message.id, message.content);
}

}  // namespace falconet
