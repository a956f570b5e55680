// Branches of conversations that their owner shows to whoever has the link.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// The conversation's link from now on: an earlier one is void. Errors: NotFound (conversation, or
/// leaf in it), InvalidArgument (an end that is over already).
Result<Share> share_conversation(Transaction& transaction, const UserId& user,
                                 const ConversationId& conversation, const MessageId& leaf,
                                 std::optional<std::int64_t> expires);

/// No error if it was not shared. Errors: NotFound (conversation).
Status unshare_conversation(Transaction& transaction, const UserId& user,
                            const ConversationId& conversation);

/// The link that a conversation has now, if it has one. Errors: NotFound (conversation).
Result<std::optional<Share>> share_of(Transaction& transaction, const UserId& user,
                                      const ConversationId& conversation);

struct SharedBranch {
  std::string title = {};
  std::vector<Message> messages = {};
  std::int64_t created = 0;  // when it was shared
};

/// For anyone. Errors: NotFound, also once it has expired.
Result<SharedBranch> find_shared(Transaction& transaction, const std::string& token);

}  // namespace falconet
