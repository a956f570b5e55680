#include "engine/draft_model.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "kernels/attention.h"

namespace falconet {

DraftModel::DraftModel(std::unique_ptr<Model> model, std::size_t num_blocks, std::size_t vocab_size)
    : model_(std::move(model)),
      cache_(model_->kv_cache_shape(), num_blocks),
      sampler_(vocab_size),
      widened_(model_->limits().vocab_size == vocab_size ? 0 : vocab_size,
               -std::numeric_limits<float>::infinity()) {}

// Guesses stand behind their sequences' tokens while they are made: what has been read of them is
// known to the next round, and the sampler sees them as its history.
void DraftModel::guess(const StepPlan& plan) {
  for (const BlockCopy& copy : plan.copies) cache_.copy_block(copy.from, copy.to);
  for (const SinkMove& move : plan.moves) {
    model_->move_on(move.block, move.count, cache_);
    std::size_t& num_read = static_cast<ActiveSequence*>(move.sequence)->num_read_by_drafter;
    num_read -= std::min(num_read, move.count);
  }
  collect_readings(plan);
  round_.clear();
  for (Reading& reading : readings_) round_.push_back(&reading);
  while (!round_.empty()) {
    for (Reading* reading : round_) read(*reading);
    forward();
    round_.clear();
    std::swap(round_, next_round_);
  }
  for (const Reading& reading : readings_) reading.sequence->tokens.resize(reading.num_tokens);
}

// Prompts are read as the larger model reads them. Who decodes without an open draft may wait until
// a block is full, so that its rows are computed at once.
void DraftModel::collect_readings(const StepPlan& plan) {
  readings_.clear();
  for (const PlannedSlice& slice : plan.slices) {
    // All of the engine's are.
    auto& sequence = static_cast<ActiveSequence&>(*slice.sequence);
    if (slice.is_beginning) sequence.num_read_by_drafter = sequence.num_computed;
    const std::size_t end = sequence.num_computed + slice.num_tokens;
    const bool is_open = slice.num_drafts > 0 && sequence.draft.front() == kOpenToken;
    const bool is_block = end >= sequence.num_read_by_drafter + kBlockTokens;
    if (!is_open && !is_block && slice.num_tokens == 1) continue;
    if (is_open) sequence.draft.clear();
    readings_.push_back({.sequence = &sequence,
                         .end = end,
                         .num_guesses = is_open ? slice.num_drafts : 0,
                         .num_tokens = sequence.tokens.size()});
  }
}

void DraftModel::read(Reading& reading) {
  ActiveSequence& sequence = *reading.sequence;
  std::size_t& num_read = sequence.num_read_by_drafter;
  const std::size_t max_rows = model_->limits().max_batch_tokens;
  const std::size_t vocab_size = model_->limits().vocab_size;
  while (num_read < reading.end) {
    if (tokens_.size() == max_rows) forward();
    const std::size_t count = std::min(reading.end - num_read, max_rows - tokens_.size());
    slices_.push_back({.first_row = tokens_.size(),
                       .num_tokens = count,
                       .first_position = num_read,
                       .block_table = sequence.blocks.ids(),
                       .rope_offset = sequence.num_dropped});
    for (const std::size_t end = num_read + count; num_read < end; ++num_read) {
      const TokenId token = sequence.context_token(num_read);
      // A token that only the other model has a row for: some other in its place.
      const bool is_known = static_cast<std::size_t>(token.value) < vocab_size;
      tokens_.push_back(is_known ? token : TokenId{0});
    }
  }
  if (reading.num_guesses == 0) return;
  sampled_rows_.push_back(tokens_.size() - 1);
  asking_.push_back(&reading);
}

void DraftModel::forward() {
  if (tokens_.empty()) return;
  const MatrixView<const float> logits = model_->forward({tokens_, slices_, sampled_rows_}, cache_);
  for (std::size_t i = 0; i < asking_.size(); ++i) {
    Reading& reading = *asking_[i];
    const auto token = draw(logits.row(i), *reading.sequence);
    if (!token) continue;
    reading.sequence->draft.push_back(*token);
    if (--reading.num_guesses == 0) continue;
    reading.sequence->tokens.push_back(*token);
    ++reading.end;
    next_round_.push_back(&reading);
  }
  tokens_.clear();
  slices_.clear();
  sampled_rows_.clear();
  asking_.clear();
}

std::optional<TokenId> DraftModel::draw(std::span<const float> logits,
                                        const ActiveSequence& sequence) {
  if (!widened_.empty()) {
    std::ranges::copy(logits.first(std::min(logits.size(), widened_.size())), widened_.begin());
    logits = widened_;
  }
  const ActiveRequest& active = *sequence.request;
  return sampler_.sample({.logits = logits,
                          .history = {sequence.tokens, sequence.num_prompt_tokens},
                          .forbidden = active.forbidden_tokens(sequence),
                          .choice = sequence.choice},
                         active.request().sampling);
}

}  // namespace falconet
