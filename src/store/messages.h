// Messages of a conversation: a tree, since an edited message and a second answer are siblings.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

struct NewMessage {
  ConversationId conversation_id = {};
  std::optional<MessageId> parent_id = {};
  std::string role = {};
  std::string content = {};
  std::vector<Attachment> attachments = {};
  MessageStatus status = MessageStatus::Done;
};

// Of content and attachments together. A context of 131,072 tokens is under 1 MiB of text.
constexpr std::size_t kMaxMessageBytes = 4u << 20;
constexpr std::size_t kMaxAttachments = 32;

/// The message becomes the end of the branch that is shown.
/// Errors: InvalidArgument (role, size), NotFound (conversation, or parent in it).
Result<Message> add_message(Transaction& transaction, const UserId& user, NewMessage fields);

/// The whole tree, oldest first. Errors: NotFound.
Result<std::vector<Message>> messages_of(Transaction& transaction, const UserId& user,
                                         const ConversationId& conversation);

/// Errors: NotFound, also for another user's; so all that follow.
Result<Message> find_message(Transaction& transaction, const UserId& user, const MessageId& id);

/// From the conversation's first message down to this one, without ledgers and ratings.
Result<std::vector<Message>> branch_of(Transaction& transaction, const UserId& user,
                                       const MessageId& id);

/// The message and everything below it. If the end of the branch shown was there, the branch ends
/// at the message's parent, or at the newest message that is left.
Status delete_message(Transaction& transaction, const UserId& user, const MessageId& id);

}  // namespace falconet
