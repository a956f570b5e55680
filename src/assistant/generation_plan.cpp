#include "assistant/generation_plan.h"

#include "assistant/automatic_title.h"
#include "assistant/conversation_prompt.h"
#include "assistant/generation_parameters.h"
#include "store/conversations.h"
#include "store/messages.h"

namespace falconet {
namespace {

struct Source {
  Conversation conversation = {};
  std::vector<Message> branch = {};
};

Result<Source> read_source(Store& store, const UserId& user, const GenerationRequest& request) {
  return store.read([&](Transaction& transaction) -> Result<Source> {
    Source source;
    TRY_ASSIGN(source.conversation, find_conversation(transaction, user, request.conversation_id));
    TRY_ASSIGN(source.branch, branch_of(transaction, user, request.parent_id));
    if (source.branch.back().conversation_id == request.conversation_id) return source;
    return error(ErrorCode::NotFound, "parent_id: this conversation has no message ",
                 request.parent_id.value);
  });
}

}  // namespace

Result<GenerationPlan> plan_generation(Store& store, const UserId& user, const Completer& completer,
                                       const GenerationRequest& request) {
  TRY_ASSIGN(const Source source, read_source(store, user, request));
  if (!request.continues_parent && source.branch.back().role != "user") {
    return error(ErrorCode::InvalidArgument,
                 "parent_id: only a user's message can be answered, not one of role ",
                 source.branch.back().role);
  }
  const Json chosen = merged_parameters(source.conversation.parameters, request.parameters);
  const Json parameters = merged_parameters(chosen, request.arm.parameters);
  TRY_ASSIGN(GenerationParameters read, read_generation_parameters(parameters));
  TRY_ASSIGN(ConversationPrompt fitted,
             fit_conversation(completer, source.branch,
                              {.system = read.system,
                               .continues_last = request.continues_parent,
                               .is_thinking_off = read.stopping.thinking_budget == std::int64_t{0},
                               .max_tokens = read.stopping.max_tokens}));
  GenerationPlan plan;
  plan.completion = {.prompt = std::move(fitted.prompt),
                     .sampling = std::move(read.sampling),
                     .stopping = std::move(read.stopping),
                     .client = request.client,
                     .cache_salt = request.client};
  // Nobody wants to watch a small model repeat itself to the end of its context.
  plan.completion.stopping.detect_loops = true;
  plan.generation = {.conversation_id = request.conversation_id,
                     .parent_id = request.parent_id,
                     .continues_parent = request.continues_parent,
                     .ledger = {.model = request.model,
                                .context_max = completer.describe().max_model_len,
                                .evicted_message_ids = std::move(fitted.evicted_message_ids),
                                .turn = fitted.turn,
                                .arm = request.arm.label,
                                .comparison = request.arm.comparison,
                                .parameters = parameters}};
  const bool needs_title = source.conversation.is_title_auto && source.conversation.title.empty();
  if (needs_title) plan.title = automatic_title(source.branch);
  return plan;
}

}  // namespace falconet
