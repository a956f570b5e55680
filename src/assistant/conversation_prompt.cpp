#include "assistant/conversation_prompt.h"

#include <algorithm>

namespace falconet {
namespace {

// Room that is kept for an answer whose length nobody has said: an explanation of a page, or the
// reasoning before a short answer. Only history makes room; a question alone may take it.
constexpr std::int64_t kAnswerTokens = 1024;

/// A user's message and what followed it; the first one also has what stood before.
struct Turn {
  std::vector<MessageId> ids = {};
  std::vector<Json> messages = {};
};

struct Branch {
  std::string system = {};
  std::vector<Turn> turns = {};
  bool continues_last = false;
};

/// The form that DeepSeek recommends for its R1 models (their model card, "file upload").
std::string with_attachments(const Message& message) {
  std::string text;
  for (const Attachment& attachment : message.attachments) {
    text += cat("[file name]: ", attachment.name, "\n[file content begin]\n", attachment.text,
                "\n[file content end]\n");
  }
  return text + message.content;
}

/// What is to be continued: the answer, or else the reasoning that it broke off in.
std::string beginning_of_answer(const Message& message, const ReasoningTags& tags) {
  const bool is_in_reasoning = trim(message.content).empty() && !trim(message.reasoning).empty();
  return is_in_reasoning ? cat(tags.open, "\n", message.reasoning) : message.content;
}

/// Templates want user and assistant in turns: two messages of one side become one.
void append(Turn& turn, const std::string& role, const std::string& content) {
  if (!turn.messages.empty() && turn.messages.back()["role"] == role) {
    std::string both = turn.messages.back()["content"].get<std::string>();
    turn.messages.back()["content"] = cat(both, "\n\n", content);
  } else {
    turn.messages.push_back({{"role", role}, {"content", content}});
  }
}

bool has_user_message(const Turn& turn) {
  return std::any_of(turn.messages.begin(), turn.messages.end(),
                     [](const Json& message) { return message["role"] == "user"; });
}

/// A user's message that nobody has answered is one with the next.
bool begins_turn(const Branch& branch, const Message& message) {
  if (branch.turns.empty()) return true;
  const Turn& last = branch.turns.back();
  return message.role == "user" && has_user_message(last) &&
         last.messages.back()["role"] == "assistant";
}

Branch arrange(const std::vector<Message>& messages, const ConversationPromptOptions& options,
               const ReasoningTags& tags) {
  Branch branch{.system = options.system};
  for (const Message& message : messages) {
    const bool is_continued = options.continues_last && &message == &messages.back();
    const std::string content =
        is_continued ? beginning_of_answer(message, tags) : with_attachments(message);
    if (message.role == "system") {
      branch.system += cat(branch.system.empty() ? "" : "\n\n", content);
      continue;
    }
    // An answer that failed before its first word says nothing.
    if (message.role == "assistant" && trim(content).empty()) continue;
    if (begins_turn(branch, message)) branch.turns.emplace_back();
    branch.turns.back().ids.push_back(message.id);
    append(branch.turns.back(), message.role, content);
    branch.continues_last = is_continued;
  }
  return branch;
}

ChatPrompt prompt_without(const Branch& branch, std::size_t num_evicted,
                          const ConversationPromptOptions& options) {
  ChatPrompt prompt{.messages = Json::array()};
  if (!branch.system.empty()) {
    prompt.messages.push_back({{"role", "system"}, {"content", branch.system}});
  }
  for (std::size_t i = num_evicted; i < branch.turns.size(); ++i) {
    for (const Json& message : branch.turns[i].messages) prompt.messages.push_back(message);
  }
  prompt.continue_final_message = branch.continues_last;
  prompt.add_generation_prompt = !branch.continues_last;
  if (options.is_thinking_off) prompt.template_kwargs = {{"enable_thinking", false}};
  return prompt;
}

Result<std::int64_t> count_tokens(const Completer& completer, const ChatPrompt& prompt) {
  TRY_ASSIGN(const Completer::RenderedPrompt rendered, completer.render(prompt));
  return static_cast<std::int64_t>(rendered.ids.size());
}

/// The least number of turns to leave out so that the prompt has at most `max_tokens`; all but the
/// last if none is enough. Leaving out more never makes a prompt longer.
Result<std::size_t> turns_to_evict(const Completer& completer, const Branch& branch,
                                   const ConversationPromptOptions& options,
                                   std::int64_t max_tokens) {
  std::size_t least = 0;
  std::size_t most = branch.turns.size() - 1;
  // Most conversations fit: look there first.
  for (std::size_t tried = 0; least < most; tried = least + (most - least) / 2) {
    TRY_ASSIGN(const std::int64_t num_tokens,
               count_tokens(completer, prompt_without(branch, tried, options)));
    if (num_tokens <= max_tokens) {
      most = tried;
    } else {
      least = tried + 1;
    }
  }
  return most;
}

}  // namespace

Result<ConversationPrompt> fit_conversation(const Completer& completer,
                                            const std::vector<Message>& branch,
                                            const ConversationPromptOptions& options) {
  const ModelDescription model = completer.describe();
  const Branch arranged = arrange(branch, options, model.reasoning_tags);
  if (arranged.turns.empty() || !has_user_message(arranged.turns.back())) {
    return error(ErrorCode::InvalidArgument,
                 "parent_id: there is no message of the user to be answered");
  }
  const std::int64_t context = model.max_model_len;
  const std::int64_t wanted = std::max<std::int64_t>(1, options.max_tokens.value_or(kAnswerTokens));
  const std::int64_t room = std::min(wanted, options.max_tokens ? context / 2 : context / 4);
  TRY_ASSIGN(const std::size_t num_evicted,
             turns_to_evict(completer, arranged, options, context - room));
  ConversationPrompt fitted{.prompt = prompt_without(arranged, num_evicted, options)};
  TRY_ASSIGN(fitted.num_tokens, count_tokens(completer, fitted.prompt));
  if (fitted.num_tokens >= context) {
    return error(ErrorCode::TooLarge, "the last message alone makes a prompt of ",
                 fitted.num_tokens, " tokens and the model's context has ", context,
                 "; shorten it or its attachments");
  }
  for (std::size_t i = 0; i < num_evicted; ++i) {
    const auto& ids = arranged.turns[i].ids;
    fitted.evicted_message_ids.insert(fitted.evicted_message_ids.end(), ids.begin(), ids.end());
  }
  fitted.turn = std::count_if(branch.begin(), branch.end(),
                              [](const Message& message) { return message.role == "user"; });
  return fitted;
}

}  // namespace falconet
