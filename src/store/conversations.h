// Conversations: made, changed, listed and deleted by their owner.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// What is to be different; absent members stay as they are.
struct ConversationChange {
  std::optional<std::string> title = {};
  std::optional<std::optional<FolderId>> folder_id = {};
  std::optional<std::vector<std::string>> tags = {};
  std::optional<std::optional<std::string>> model = {};
  std::optional<Json> parameters = {};
  std::optional<std::optional<MessageId>> leaf_id = {};
  std::optional<bool> is_pinned = {};
  std::optional<bool> is_archived = {};
  std::optional<bool> is_unread = {};
  std::optional<bool> is_temporary = {};
};

constexpr std::size_t kMaxTitleBytes = 500;
constexpr std::size_t kMaxTags = 32;
constexpr std::size_t kMaxTagBytes = 100;
// A system prompt is part of the parameters; it has to fit a context.
constexpr std::size_t kMaxParametersBytes = 1u << 20;
constexpr std::int64_t kTemporaryMilliseconds = 24 * 60 * 60 * 1000;

/// Errors: InvalidArgument (naming the field), NotFound (folder).
Result<Conversation> create_conversation(Transaction& transaction, const UserId& user,
                                         const ConversationChange& fields);

/// Errors: NotFound, also for another user's; so all that follow.
Result<Conversation> find_conversation(Transaction& transaction, const UserId& user,
                                       const ConversationId& id);

/// A title that is given stays. Errors: InvalidArgument, NotFound (folder and leaf as well).
Result<Conversation> update_conversation(Transaction& transaction, const UserId& user,
                                         const ConversationId& id,
                                         const ConversationChange& change);

/// The title that it gets while nobody has given it one; whether that was so.
Result<bool> set_automatic_title(Transaction& transaction, const UserId& user,
                                 const ConversationId& id, const std::string& title);

Status delete_conversation(Transaction& transaction, const UserId& user, const ConversationId& id);

/// Temporary conversations whose time is over; how many they were.
Result<std::int64_t> delete_expired_conversations(Transaction& transaction);

struct ConversationFilter {
  std::optional<FolderId> folder_id = {};
  std::optional<std::string> tag = {};
  std::optional<bool> is_archived = {};
  std::optional<bool> is_pinned = {};
  std::optional<std::int64_t> changed_before = {};
  std::optional<std::int64_t> changed_since = {};
  std::string cursor = {};  // `next` of the page before; empty: from the newest on
  int limit = 50;
};

struct ConversationPage {
  std::vector<Conversation> conversations = {};
  std::optional<std::string> next = {};
};

/// The one changed last comes first. Errors: InvalidArgument (cursor).
Result<ConversationPage> list_conversations(Transaction& transaction, const UserId& user,
                                            const ConversationFilter& filter);

}  // namespace falconet
