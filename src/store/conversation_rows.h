// Conversations as they lie in the database: shared by what writes, lists and searches them.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// "SELECT … FROM conversations c", to be followed by JOIN or WHERE.
extern const char* const kSelectConversations;

/// Without its tags.
Conversation conversation_of(const SqlRow& row);

/// Reads the tags of all of them.
Status add_tags(Transaction& transaction, std::vector<Conversation>& conversations);

}  // namespace falconet
