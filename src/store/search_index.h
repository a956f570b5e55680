// What the search finds things by is kept up to date by whoever changes them.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// Replaces what the index holds of the conversation's title.
Status index_title(Transaction& transaction, const ConversationId& conversation,
                   std::string_view title);

/// Replaces what the index holds of a message. Deleting the message takes it out again.
Status index_message(Transaction& transaction, const Message& message);

}  // namespace falconet
