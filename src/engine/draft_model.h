// A smaller model that guesses how sequences go on, for the larger one to judge.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/active_request.h"
#include "engine/sampler.h"
#include "engine/scheduler.h"
#include "model/kv_cache.h"
#include "model/model.h"

namespace falconet {

/// Guesses are drawn as the tokens themselves are, with the same random numbers, so that the two
/// mostly agree where the models do, at any temperature (Daliri et al., Coupling without
/// Communication and Drafter-Invariant Speculative Decoding, 2024).
///
/// Its keys and values lie in blocks of the same numbers as the larger model's: what is shared,
/// copied and freed there is so here. Of a text that has ended the last positions may be missing;
/// who goes on from its blocks is guessed for less well.
class DraftModel {
 public:
  /// `num_blocks` and `vocab_size` are those of the model that judges.
  DraftModel(std::unique_ptr<Model> model, std::size_t num_blocks, std::size_t vocab_size);

  /// Before a step: keeps up with what the plan reads, and says the tokens that its drafts leave
  /// open. A draft gets shorter where nothing can be said.
  void guess(const StepPlan& plan);

 private:
  // What is to be read of a sequence, and said behind it.
  struct Reading {
    ActiveSequence* sequence = nullptr;
    std::size_t end = 0;
    std::size_t num_guesses = 0;
    std::size_t num_tokens = 0;  // of the sequence, before guesses are put behind them
  };

  void collect_readings(const StepPlan& plan);
  void read(Reading& reading);
  void forward();
  std::optional<TokenId> draw(std::span<const float> logits, const ActiveSequence& sequence);

  std::unique_ptr<Model> model_;
  KvCache cache_;
  Sampler sampler_;
  std::vector<float> widened_;  // [vocab_size] of the judge; empty if it is this model's as well

  // Of one step.
  std::vector<Reading> readings_;
  std::vector<Reading*> round_;
  std::vector<Reading*> next_round_;  // who has been read and guesses on

  // Of one batch.
  std::vector<TokenId> tokens_;
  std::vector<SequenceSlice> slices_;
  std::vector<std::size_t> sampled_rows_;
  std::vector<Reading*> asking_;  // whom the sampled rows are for
};

}  // namespace falconet
