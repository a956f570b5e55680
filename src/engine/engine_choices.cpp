// What the engine's thread and its workers do with a step's logits.
#include <algorithm>

#include "engine/engine_loop.h"

namespace falconet {

// Each run's tokens depend on its own logits and history alone, so the runs may be shared out.
void Engine::Loop::choose_tokens(MatrixView<const float> logits) {
  const auto num_workers = samplers_.size();
  if (runs_.size() < 2 || num_workers < 2) {
    for (const std::size_t first : runs_) choose_run(logits, first, samplers_.front());
    return;
  }
  pool_.run([&](int worker) {
    const auto own = static_cast<std::size_t>(worker);
    for (std::size_t i = own; i < runs_.size(); i += num_workers) {
      choose_run(logits, runs_[i], samplers_[own]);
    }
  });
}

// The tokens come one after the other, each with those before it as its history, until one is not
// what was guessed: what is drawn then is what would have been drawn without guesses, since its
// logits and its random number are the same.
void Engine::Loop::choose_run(MatrixView<const float> logits, std::size_t first, Sampler& sampler) {
  const std::size_t end = end_of_run(first);
  std::size_t last = first;
  choose_token(logits.row(last), rows_[last], sampler);
  ActiveSequence& sequence = *rows_[first].sequence;
  while (last + 1 < end && !rows_[last].outcome.stop && !sequence.has_forced() &&
         rows_[last].token == rows_[last + 1].draft) {
    ++last;
    choose_token(logits.row(last), rows_[last], sampler);
  }
  Row& row = rows_[last];
  row.is_last = true;
  if (!row.is_sampled) return;
  // What the draft model read behind a guess that was wrong is not the text's.
  sequence.num_read_by_drafter =
      std::min(sequence.num_read_by_drafter, sequence.context_size() - 1);
  if (!row.token || row.outcome.stop || sequence.has_forced()) return;
  const std::size_t num_drafted = end - first - 1;
  if (num_drafted > 0) sequence.drafter->observe(num_drafted, last - first);
  sequence.request->draft(sequence);
}

std::size_t Engine::Loop::end_of_run(std::size_t first) const {
  std::size_t end = first + 1;
  while (end < rows_.size() && rows_[end].draft) ++end;
  return end;
}

void Engine::Loop::choose_token(std::span<const float> logits, Row& row, Sampler& sampler) {
  ActiveSequence& sequence = *row.sequence;
  const ActiveRequest& active = *sequence.request;
  const EngineRequest& request = active.request();
  if (!row.is_sampled) {
    row.logprobs = logprobs_of(logits, *row.token, *request.num_prompt_logprobs);
    return;
  }
  row.is_chosen = true;
  row.token = active.forced_token(sequence);
  if (!row.token) row.token = draw_token(logits, sequence, sampler);
  if (!row.token) return;
  if (request.num_top_logprobs) {
    row.logprobs = logprobs_of(logits, *row.token, *request.num_top_logprobs);
  }
  row.outcome = active.append(sequence, *row.token);
}

std::optional<TokenId> Engine::Loop::draw_token(std::span<const float> logits,
                                                ActiveSequence& sequence, Sampler& sampler) {
  const ActiveRequest& active = *sequence.request;
  const EngineRequest& request = active.request();
  SampleInput input{.logits = logits,
                    .history = {sequence.tokens, sequence.num_prompt_tokens},
                    .forbidden = active.forbidden_tokens(sequence),
                    .choice = sequence.choice};
  OutputConstraint* constraint = sequence.active_constraint();
  if (constraint == nullptr) return sampler.sample(input, request.sampling);

  // Before anything is said, reasoning may still begin; it is free.
  std::optional<TokenId> opening;
  if (sequence.reasoning && sequence.num_output_tokens() == 0) {
    opening = sequence.reasoning->opening_token();
  }
  input.allowed = constraint->allowed(opening);
  const auto drawn = sampler.sample(input, request.sampling);
  if (!drawn || drawn == opening) return drawn;
  const auto settled =
      constraint->settle(*drawn, request.max_tokens - sequence.num_output_tokens());
  if (!settled || !request.skips_forced_text) return settled;
  return constraint->skip_ahead(*settled);
}

}  // namespace falconet
