#include "assistant/context_meter.h"

namespace falconet {
namespace {

Result<std::int64_t> count(const Completer& completer, const std::string& system,
                           const std::string& draft) {
  ChatPrompt prompt{.messages = Json::array()};
  if (!system.empty()) prompt.messages.push_back({{"role", "system"}, {"content", system}});
  prompt.messages.push_back({{"role", "user"}, {"content", draft}});
  TRY_ASSIGN(const Completer::RenderedPrompt rendered, completer.render(prompt));
  return static_cast<std::int64_t>(rendered.ids.size());
}

}  // namespace

Result<ContextUse> measure_context(const Completer& completer, std::vector<Message> branch,
                                   const std::string& draft,
                                   const ConversationPromptOptions& options) {
  ContextUse use{.context_max = completer.describe().max_model_len};
  TRY_ASSIGN(use.draft, count(completer, "", draft));
  TRY_ASSIGN(const std::int64_t without_history, count(completer, options.system, draft));
  use.system = without_history - use.draft;
  const std::vector<Message> history = branch;
  branch.push_back({.role = "user", .content = draft});
  const auto fitted = fit_conversation(completer, branch, options);
  if (fitted) {
    use.history = fitted->num_tokens - without_history;
    use.evicted_message_ids = fitted->evicted_message_ids;
    return use;
  }
  if (fitted.error().code != ErrorCode::TooLarge) return fitted.error();
  for (const Message& message : history) use.evicted_message_ids.push_back(message.id);
  return use;
}

}  // namespace falconet
