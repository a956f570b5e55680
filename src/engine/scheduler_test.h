// Sequences that wait and run without a model, for tests of the scheduler.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/random.h"
#include "engine/scheduler.h"
#include "kernels/attention.h"

namespace falconet {

/// Sequences whose model is "append a token"; the scheduler sees no other.
class SchedulerScene {
 public:
  SchedulerScene(SchedulerOptions limits, std::size_t num_blocks,
                 PrefixCaching caching = PrefixCaching::Off)
      : options(limits), pool(num_blocks, caching), scheduler(limits, pool) {}

  Sequence& add(std::size_t num_prompt_tokens, int priority = 0) {
    auto sequence = std::make_unique<Sequence>(pool);
    sequence->priority = priority;
    sequence->tokens.resize(num_prompt_tokens);
    return add(std::move(sequence));
  }

  /// A sequence of `client` whose prompt is `first`, `first` + 1, ….
  Sequence& add_prompt(std::int32_t first, std::size_t num_tokens, std::uint64_t client = 0) {
    auto sequence = std::make_unique<Sequence>(pool);
    sequence->client = {client, 0};
    for (std::size_t i = 0; i < num_tokens; ++i) sequence->tokens.push_back({first++});
    return add(std::move(sequence));
  }

  Sequence& add(std::unique_ptr<Sequence> sequence) {
    sequence->arrival = sequences.size();
    sequence->num_prompt_tokens = sequence->tokens.size();
    scheduler.add(*sequence);
    sequences.push_back(std::move(sequence));
    return *sequences.back();
  }

  /// Plans a step, checks what must always hold, and does the model's part. Returns the plan as
  /// (sequence number, tokens). Of drafts, `random` tokens are right; without it none.
  std::vector<std::pair<std::size_t, std::size_t>> step(Random* random = nullptr) {
    std::vector<std::pair<std::size_t, std::size_t>> planned;
    std::set<const Sequence*> seen;
    std::size_t num_tokens = 0;
    const StepPlan& plan = scheduler.plan_step();
    num_copies += plan.copies.size();
    for (const SinkMove& move : plan.moves) {
      ++num_moves;
      EXPECT_EQ(move.sequence->state, SequenceState::Running);
      EXPECT_EQ(move.block, move.sequence->blocks.ids().front()) << "another's block";
    }
    num_drafts.clear();
    for (const PlannedSlice& slice : plan.slices) {
      Sequence& sequence = *slice.sequence;
      EXPECT_TRUE(seen.insert(&sequence).second) << "planned twice";
      EXPECT_EQ(sequence.state, SequenceState::Running);
      EXPECT_GT(slice.num_tokens, 0u);
      EXPECT_LE(sequence.num_computed + slice.num_tokens, sequence.tokens.size());
      EXPECT_LE(slice.num_drafts, sequence.draft.size());
      EXPECT_TRUE(slice.num_drafts == 0 || sequence.num_uncomputed() == slice.num_tokens);
      const std::size_t num_rows = slice.num_tokens + slice.num_drafts;
      EXPECT_GE(sequence.blocks.size() * kBlockTokens, sequence.num_computed + num_rows);
      num_tokens += num_rows;
      num_drafts.push_back(slice.num_drafts);
      planned.emplace_back(sequence.arrival, slice.num_tokens);
      sequence.advance(slice.num_tokens);
      if (sequence.num_uncomputed() > 0) continue;
      const std::size_t num_right = random == nullptr ? 0 : random->below(slice.num_drafts + 1);
      sequence.tokens.resize(sequence.tokens.size() + num_right + 1);
      sequence.advance(num_right);
    }
    EXPECT_LE(num_tokens, options.max_batch_tokens);
    EXPECT_LE(scheduler.num_running(), options.max_num_seqs);
    EXPECT_TRUE(!planned.empty() || !scheduler.has_work()) << "work was left undone";
    return planned;
  }

  SchedulerOptions options;
  BlockPool pool;
  Scheduler scheduler;
  std::vector<std::unique_ptr<Sequence>> sequences;
  std::size_t num_copies = 0;           // of blocks, in all steps
  std::size_t num_moves = 0;            // of sinks, in all steps
  std::vector<std::size_t> num_drafts;  // by slice of the last step
};

using Plan = std::vector<std::pair<std::size_t, std::size_t>>;

}  // namespace falconet
