// From the branch of a conversation to a prompt that fits the model's context.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "completion/completer.h"
#include "store/records.h"

namespace falconet {

struct ConversationPromptOptions {
  std::string system = {};       // the system prompt
  bool continues_last = false;   // the branch's last message is the answer's beginning
  bool is_thinking_off = false;  // the answer will have no reasoning
  std::optional<std::int64_t> max_tokens = {};  // of the answer
};

struct ConversationPrompt {
  ChatPrompt prompt = {};
  std::int64_t num_tokens = 0;                      // of the prompt, as the model will read it
  std::vector<MessageId> evicted_message_ids = {};  // left out because of the context, oldest first
  std::int64_t turn = 0;                            // the user's messages in the branch
};

/// Whole turns (a user's message and what followed it) are left out, the oldest first, until the
/// prompt and some room for the answer fit. Never left out: the system prompt and the last turn.
/// Earlier answers stand there without their reasoning; attachments stand before their message.
/// Errors: TooLarge, with both numbers, if what must be there does not fit; InvalidArgument for a
/// branch without a user's message; those of Completer::render.
Result<ConversationPrompt> fit_conversation(const Completer& completer,
                                            const std::vector<Message>& branch,
                                            const ConversationPromptOptions& options);

}  // namespace falconet
