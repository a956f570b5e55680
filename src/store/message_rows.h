// Messages as they lie in the database, with what hangs on them.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// "SELECT … FROM messages m JOIN conversations c …", to be followed by WHERE. Its columns begin
/// with those that message_of reads.
extern const char* const kSelectMessages;

/// Without ledger and rating.
Message message_of(const SqlRow& row);

/// Adds the ledgers, ratings, probes and comparisons of messages of one conversation. Until a
/// reader was told whose an answer is, a compared one has no ledger: it would tell. The comparisons
/// therefore come last.
Status add_ledgers(Transaction& transaction, const ConversationId& conversation,
                   std::vector<Message>& messages);
Status add_ratings(Transaction& transaction, const ConversationId& conversation,
                   std::vector<Message>& messages);
Status add_probes(Transaction& transaction, const ConversationId& conversation,
                  std::vector<Message>& messages);

Status add_comparisons(Transaction& transaction, const ConversationId& conversation,
                       std::vector<Message>& messages);

std::string attachments_text(const std::vector<Attachment>& attachments);

/// A JSON array of strings, as columns hold it.
std::string strings_text(const std::vector<std::string>& strings);
std::vector<std::string> strings_of(const std::string& text);

}  // namespace falconet
