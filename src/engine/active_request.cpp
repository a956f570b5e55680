#include "engine/active_request.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "kernels/attention.h"

namespace falconet {
namespace {

// Rows of logits are as wide as the vocabulary: 64 of 152 k take 39 MB.
constexpr std::size_t kPromptLogprobChunk = 64;

// Room for more is made as it is needed: thousands of sequences may wait.
constexpr std::size_t kUsualOutputTokens = 1024;

bool contains(const std::vector<TokenId>& tokens, TokenId token) {
  return std::ranges::find(tokens, token) != tokens.end();
}

}  // namespace

ActiveRequest::ActiveRequest(EngineRequest request, std::shared_ptr<TokenStream> stream,
                             Time submitted, std::uint64_t first_arrival, BlockPool& pool)
    : request_(std::move(request)),
      stream_(std::move(stream)),
      end_and_stop_tokens_(request_.end_tokens),
      submitted_(submitted) {
  end_and_stop_tokens_.insert(end_and_stop_tokens_.end(), request_.stop_tokens.begin(),
                              request_.stop_tokens.end());
  if (request_.grammar && request_.reasoning) leave_room_for_answer();
  const std::size_t usual_len =
      request_.prompt.size() + std::min(request_.max_tokens, kUsualOutputTokens);
  sequences_.reserve(static_cast<std::size_t>(request_.num_choices));
  for (int choice = 0; choice < request_.num_choices; ++choice) {
    ActiveSequence& sequence = sequences_.emplace_back(*this, pool);
    sequence.choice = choice;
    sequence.priority = request_.priority;
    sequence.client = request_.client;
    sequence.cache_salt = request_.cache_salt;
    sequence.takes_cached = choice > 0 || !request_.num_prompt_logprobs;
    sequence.arrival = first_arrival + static_cast<std::uint64_t>(choice);
    sequence.tokens.reserve(usual_len);
    sequence.tokens = request_.prompt;
    sequence.num_prompt_tokens = request_.prompt.size();
    sequence.blocks.reserve(usual_len / kBlockTokens + 1);
    if (choice > 0) sequence.leader = &sequences_.front();
    if (choice == 0 && request_.num_prompt_logprobs) sequence.max_chunk = kPromptLogprobChunk;
    if (request_.reasoning) sequence.reasoning.emplace(*request_.reasoning);
    if (request_.detect_loops) sequence.loops.emplace();
    if (request_.grammar) sequence.constraint.emplace(request_.grammar);
  }
}

// Reasoning must not take the tokens that the shortest answer needs.
void ActiveRequest::leave_room_for_answer() {
  ReasoningParams& reasoning = *request_.reasoning;
  const std::size_t room = OutputConstraint(request_.grammar).shortest_tokens() +
                           std::max(reasoning.forced_close.size(), reasoning.separator.size() + 1) +
                           1;
  const std::size_t most = request_.max_tokens - std::min(request_.max_tokens, room);
  reasoning.budget = std::min(reasoning.budget.value_or(most), most);
}

void ActiveRequest::publish(EngineEvent event) {
  stream_->publish(std::move(event));
  has_news_ = true;
}

void ActiveRequest::wake() {
  if (std::exchange(has_news_, false)) stream_->wake();
}

std::optional<TokenId> ActiveRequest::forced_token(const ActiveSequence& sequence) const {
  return sequence.reasoning ? sequence.reasoning->forced_token() : std::nullopt;
}

std::span<const TokenId> ActiveRequest::forbidden_tokens(const ActiveSequence& sequence) const {
  if (sequence.num_output_tokens() >= request_.min_tokens) return {};
  return end_and_stop_tokens_;
}

TokenOutcome ActiveRequest::append(ActiveSequence& sequence, TokenId token) const {
  sequence.tokens.push_back(token);
  if (sequence.reasoning && sequence.active_constraint() != nullptr &&
      !sequence.constraint->is_blank(token)) {
    sequence.reasoning->note_bound(token);
  }
  TokenOutcome outcome;
  outcome.is_reasoning = sequence.reasoning && sequence.reasoning->observe(sequence.output());
  const bool is_looping = sequence.loops && sequence.loops->observe(sequence.output());
  if (contains(request_.stop_tokens, token)) {
    outcome.stop = StopCause::StopToken;
  } else if (!request_.ignore_eos && contains(request_.end_tokens, token)) {
    outcome.stop = StopCause::EndToken;
  } else if (sequence.active_constraint() != nullptr && sequence.constraint->is_complete()) {
    outcome.stop = StopCause::GrammarEnd;
  } else if (is_looping) {
    outcome.stop = StopCause::Repetition;
  } else if (sequence.num_output_tokens() >= request_.max_tokens) {
    outcome.stop = StopCause::MaxTokens;
  }
  return outcome;
}

void ActiveRequest::note_token(const ActiveSequence& sequence, Time now) {
  if (!first_token_) first_token_ = now;
  const bool is_first = sequence.choice == 0 && !sequence.first_token;
  if (is_first && request_.num_prompt_logprobs) {
    publish(PromptScores{.logprobs = std::exchange(prompt_logprobs_, {})});
  }
}

void ActiveRequest::draft(ActiveSequence& sequence) const {
  if (!sequence.drafter) return;
  // Behind a draft that is right comes another token.
  const std::size_t num_left = request_.max_tokens - sequence.num_output_tokens();
  sequence.drafter->propose(sequence.tokens, num_left - 1, sequence.draft);
}

bool ActiveRequest::wants_prompt_logprob(const Sequence& sequence, std::size_t position) const {
  return request_.num_prompt_logprobs && sequence.choice == 0 &&
         sequence.num_output_tokens() == 0 && position + 1 < sequence.num_prompt_tokens &&
         position >= prompt_logprobs_.size();
}

void ActiveRequest::end(ActiveSequence& sequence, StopCause cause, Time now) {
  const bool is_token = cause == StopCause::EndToken || cause == StopCause::StopToken;
  publish(SequenceEnd{.choice = sequence.choice,
                      .cause = cause,
                      .stop_token = is_token ? sequence.tokens.back() : TokenId{}});
  CHECK(num_ended_ < sequences_.size(), "a sequence ended twice");
  if (++num_ended_ < sequences_.size()) return;
  publish(times(now));
}

RequestEnd ActiveRequest::times(Time now) const {
  const Time begun = begun_.value_or(now);
  const Time first_token = first_token_.value_or(now);
  return {.num_cached = sequences_.front().num_cached.value_or(0),
          .queue_time = begun - submitted_,
          .prefill_time = first_token - begun,
          .decode_time = now - first_token};
}

}  // namespace falconet
