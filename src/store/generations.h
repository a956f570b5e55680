// Generations: the writing of an answer, from its begin to its ledger.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// A generation and the message that it writes.
struct StartedGeneration {
  GenerationRecord record = {};
  Message message = {};
};

/// What is known before the first token.
struct NewGeneration {
  ConversationId conversation_id = {};
  MessageId parent_id = {};
  bool continues_parent = false;  // goes on writing the parent instead of answering it
  Ledger ledger = {};             // model, parameters, context_max, evicted ids, turn
};

/// An answer is a new message below the parent; either way the message is Streaming afterwards.
/// Errors: NotFound, InvalidArgument (a parent that cannot be answered or continued).
Result<StartedGeneration> start_generation(Transaction& transaction, const UserId& user,
                                           const NewGeneration& fields);

/// What has streamed since the part before. Belongs to the server, not to a request: no user.
struct GenerationText {
  GenerationId id = {};
  std::int64_t part = 0;  // 1, 2, 3, …
  std::string reasoning = {};
  std::string content = {};
};
Status append_generation_text(Transaction& transaction, const GenerationText& text);

struct GenerationEnd {
  GenerationId id = {};
  GenerationState state = GenerationState::Done;
  MessageStatus status = MessageStatus::Done;
  std::optional<std::string> error = {};
  std::string reasoning = {};  // all that it wrote, saved before or not
  std::string content = {};
  std::int64_t last_event = 0;
  bool is_unread = false;  // nobody was watching
  Ledger ledger = {};
};

/// Message, ledger and state together. Errors: NotFound (the message was deleted meanwhile).
Result<Message> finish_generation(Transaction& transaction, const UserId& user,
                                  const GenerationEnd& end);

/// At the start of a server: what still streamed when the last one ended is Interrupted and has
/// what was saved. The number of such messages.
Result<std::int64_t> interrupt_unfinished_generations(Transaction& transaction);

/// Errors: NotFound, also for another user's.
Result<GenerationRecord> find_generation(Transaction& transaction, const UserId& user,
                                         const GenerationId& id);

}  // namespace falconet
