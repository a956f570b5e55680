#include "completion/local_completer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/random.h"
#include "completion/local_stream.h"

namespace falconet {
namespace {

std::vector<TokenId> ids_of(const Tokenizer& tokenizer, std::string_view text) {
  return tokenizer.encode(text, {.add_special = AddSpecial::No});
}

ReasoningStart reasoning_start(const CompletionRequest& request,
                               const std::optional<ReasoningParams>& reasoning) {
  const bool is_chat = std::holds_alternative<ChatPrompt>(request.prompt);
  if (!reasoning || !request.separate_reasoning || !is_chat) return ReasoningStart::Off;
  return reasoning->starts_inside ? ReasoningStart::InReasoning : ReasoningStart::InAnswer;
}

WriterOptions writer_options(const CompletionRequest& request, TokenId last_prompt_token,
                             const std::optional<ReasoningParams>& reasoning,
                             const ReasoningTags& tags, std::optional<ToolCallForm> tool_calls) {
  const StopOptions& stopping = request.stopping;
  WriterOptions options{
      .skip_special = request.skip_special_tokens ? SkipSpecial::Yes : SkipSpecial::No,
      .stop = stopping.stop,
      .stop_text = stopping.include_stop_string ? StopText::Kept : StopText::Dropped,
      .min_tokens = stopping.min_tokens,
      .reasoning = reasoning_start(request, reasoning),
      .reasoning_tags = tags,
      .tool_calls = tool_calls,
      .wants_logprobs = request.num_top_logprobs.has_value()};
  if (!std::holds_alternative<ChatPrompt>(request.prompt)) options.preceding = last_prompt_token;
  return options;
}

std::optional<std::size_t> prompt_logprobs(const CompletionRequest& request) {
  std::optional<int> wanted = request.prompt_logprobs;
  if (request.echo && request.num_top_logprobs) {
    wanted = std::max(wanted.value_or(0), *request.num_top_logprobs);
  }
  if (!wanted) return std::nullopt;
  return static_cast<std::size_t>(*wanted);
}

bool may_skip(const CompletionRequest& request) {
  return request.skips_forced_text && !request.num_top_logprobs &&
         request.sampling.logit_bias.empty() && request.sampling.bad_words.empty() &&
         request.stopping.stop_token_ids.empty();
}

std::optional<std::size_t> to_size(std::optional<int> value) {
  if (!value) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

}  // namespace

LocalCompleter::LocalCompleter(LocalCompleterParts parts)
    : description_(std::move(parts.description)),
      tokenizer_(std::move(parts.tokenizer)),
      renderer_(tokenizer_, std::move(parts.chat_template)),
      grammars_(tokenizer_),
      defaults_(parts.defaults),
      end_tokens_(std::move(parts.end_tokens)),
      assumes_reasoning_(parts.assumes_reasoning),
      next_seed_(parts.first_seed),
      pool_(std::move(parts.pool)),
      engine_(std::move(parts.model), *pool_, parts.engine, clock_, std::move(parts.draft_model)) {}

PromptRenderer::Options LocalCompleter::rendering(bool is_thinking_off) const {
  return {.now = local_time(clock_.wall_time()), .is_thinking_off = is_thinking_off};
}

Result<Completer::RenderedPrompt> LocalCompleter::render(const Prompt& prompt) const {
  return renderer_.render(prompt, rendering(/*is_thinking_off=*/false));
}

// 32 bits, so that the number survives clients that read JSON's numbers as doubles.
std::uint64_t LocalCompleter::fresh_seed() {
  std::uint64_t state = next_seed_.fetch_add(1);
  return split_mix(state) >> 32;
}

std::size_t LocalCompleter::max_tokens(const StopOptions& stopping) const {
  const auto wanted = stopping.max_tokens ? stopping.max_tokens : defaults_.max_new_tokens;
  if (!wanted) return kAsManyTokensAsFit;
  return static_cast<std::size_t>(std::max<std::int64_t>(1, *wanted));
}

std::optional<ReasoningParams> LocalCompleter::reasoning_for(const CompletionRequest& request,
                                                             std::string_view prompt_text) const {
  if (!description_.has_reasoning) return std::nullopt;
  const ReasoningTags& tags = description_.reasoning_tags;
  ReasoningParams params{
      .open = ids_of(tokenizer_, tags.open),
      .close = ids_of(tokenizer_, tags.close),
      // As the models themselves close it: the tag on a line of its own, then an empty line.
      .forced_close = ids_of(tokenizer_, "\n" + tags.close + "\n\n"),
      .starts_inside = PromptRenderer::ends_in_reasoning(request.prompt, prompt_text, tags)};
  const auto* chat = std::get_if<ChatPrompt>(&request.prompt);
  if (assumes_reasoning_ && chat != nullptr && !chat->continue_final_message) {
    params.starts_inside = !trim(prompt_text).ends_with(tags.close);
  }
  if (const auto budget = request.stopping.thinking_budget) {
    params.budget = static_cast<std::size_t>(*budget);
  }
  return params;
}

std::optional<ToolCallForm> LocalCompleter::tool_form_for(const CompletionRequest& request) const {
  const auto* chat = std::get_if<ChatPrompt>(&request.prompt);
  if (chat == nullptr || !chat->tools.is_array() || chat->tools.empty()) return std::nullopt;
  // The renderer has found one of the two.
  return detect_tool_call_form(chat->chat_template ? *chat->chat_template
                                                   : renderer_.template_source());
}

Result<GrammarCache::Rules> LocalCompleter::rules_for(const CompletionRequest& request,
                                                      std::optional<ToolCallForm> tool_form) {
  if (!tool_form) {
    if (!request.grammar) return GrammarCache::Rules();
    return grammars_.compile(*request.grammar);
  }
  if (request.grammar) {
    return error(ErrorCode::Unsupported,
                 "response_format: cannot be combined with tools; tool_choice \"none\" binds the "
                 "answer alone");
  }
  const auto& chat = std::get<ChatPrompt>(request.prompt);
  return grammars_.compile(chat.tools, chat.tool_choice, *tool_form);
}

Result<std::unique_ptr<CompletionStream>> LocalCompleter::start(CompletionRequest request) {
  TRY(check_request(request));
  TRY_ASSIGN(SamplingParams sampling,
             resolve_sampling(request.sampling, defaults_, fresh_seed(), tokenizer_));
  const bool is_thinking_off =
      description_.has_reasoning && request.stopping.thinking_budget == std::int64_t{0};
  TRY_ASSIGN(RenderedPrompt prompt, renderer_.render(request.prompt, rendering(is_thinking_off)));
  auto reasoning = reasoning_for(request, prompt.text);
  const auto tool_form = tool_form_for(request);
  TRY_ASSIGN(GrammarCache::Rules rules, rules_for(request, tool_form));
  // As the models themselves go on; a grammar would leave them no room for it.
  if (rules && reasoning) reasoning->separator = ids_of(tokenizer_, "\n\n");
  const std::uint64_t seed = sampling.seed;
  TRY_ASSIGN(Generation generation,
             engine_.submit({.prompt = prompt.ids,
                             .sampling = std::move(sampling),
                             .num_choices = request.num_choices,
                             .max_tokens = max_tokens(request.stopping),
                             .min_tokens = static_cast<std::size_t>(request.stopping.min_tokens),
                             .end_tokens = end_tokens_,
                             .stop_tokens = request.stopping.stop_token_ids,
                             .ignore_eos = request.stopping.ignore_eos,
                             .detect_loops = request.stopping.detect_loops,
                             .reasoning = reasoning,
                             .grammar = rules ? rules->grammar : Grammar::Pointer(),
                             .skips_forced_text = may_skip(request),
                             .num_top_logprobs = to_size(request.num_top_logprobs),
                             .num_prompt_logprobs = prompt_logprobs(request),
                             .priority = request.priority,
                             .client = request.client,
                             .cache_salt = request.cache_salt}));
  LocalStreamOptions options{.writer = writer_options(request, prompt.ids.back(), reasoning,
                                                      description_.reasoning_tags, tool_form),
                             .num_choices = request.num_choices,
                             .prompt = std::move(prompt.ids),
                             .wants_prompt_logprobs = request.prompt_logprobs.has_value(),
                             .has_output = request.stopping.max_tokens != std::int64_t{0},
                             .seed = seed,
                             .rules = std::move(rules)};
  if (!request.separate_reasoning && reasoning) {
    options.answer_follows = description_.reasoning_tags.close;
  }
  if (request.echo) options.echo = std::move(prompt.text);
  return std::unique_ptr<CompletionStream>(
      std::make_unique<LocalStream>(std::move(generation), tokenizer_, std::move(options)));
}

}  // namespace falconet
