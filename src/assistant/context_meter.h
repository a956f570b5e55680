// How full the context is before a message is sent.
#pragma once

#include "assistant/conversation_prompt.h"

namespace falconet {

/// Tokens as the prompt would have them; the parts add up to all of it.
struct ContextUse {
  std::int64_t context_max = 0;
  std::int64_t system = 0;
  std::int64_t history = 0;  // what is left of it
  std::int64_t draft = 0;    // with what the template writes around messages
  std::vector<MessageId> evicted_message_ids = {};
};

/// Of a branch and a user's message that is still being written. A draft that does not fit is
/// counted all the same. Errors: those of Completer::render.
Result<ContextUse> measure_context(const Completer& completer, std::vector<Message> branch,
                                   const std::string& draft,
                                   const ConversationPromptOptions& options);

}  // namespace falconet
