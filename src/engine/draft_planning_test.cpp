// Which drafts the scheduler finds room for.
#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/scheduler_test.h"
#include "engine/speculation_options.h"

namespace falconet {
namespace {

/// Sequences that decode, all of whom would like to draft.
std::vector<std::size_t> drafts_of(SchedulerScene& scene, std::size_t num_sequences,
                                   std::size_t num_wanted) {
  for (std::size_t i = 0; i < num_sequences; ++i) scene.add(3);
  scene.step();
  for (const auto& sequence : scene.sequences) sequence->draft.resize(num_wanted);
  scene.step();
  return scene.num_drafts;
}

TEST(DraftPlanning, ALoneSequenceGetsItsWholeDraft) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 32}, 100);
  EXPECT_EQ(drafts_of(scene, 1, 8), (std::vector<std::size_t>{8}));
}

TEST(DraftPlanning, ManySequencesShareTheRowsEvenlyAndThenDraftNothing) {
  const auto drafts = [](std::size_t num_sequences) {
    SchedulerScene scene({.max_batch_tokens = 128, .max_num_seqs = 64}, 100);
    return drafts_of(scene, num_sequences, 8);
  };
  static_assert(kMaxRowsWithDrafts == 16);
  EXPECT_EQ(drafts(2), (std::vector<std::size_t>{7, 7}));
  EXPECT_EQ(drafts(3), (std::vector<std::size_t>{4, 4, 5}));
  EXPECT_EQ(drafts(16), std::vector<std::size_t>(16, 0));
  EXPECT_EQ(drafts(20), std::vector<std::size_t>(20, 0));
}

TEST(DraftPlanning, WhatOneDoesNotWantIsForTheOthers) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 32}, 100);
  for (int i = 0; i < 3; ++i) scene.add(3);
  scene.step();
  scene.sequences[0]->draft.resize(1);
  scene.sequences[2]->draft.resize(15);
  scene.step();
  EXPECT_EQ(scene.num_drafts, (std::vector<std::size_t>{1, 0, 12}));
}

TEST(DraftPlanning, PromptsAndTheTokenBudgetComeFirst) {
  SchedulerScene scene({.max_batch_tokens = 8, .max_num_seqs = 4}, 100);
  scene.add(3);
  scene.step();
  scene.sequences[0]->draft.resize(8);
  scene.add(12);
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 7}}));
  EXPECT_EQ(scene.num_drafts[0], 0u) << "the prompt takes all of the step";
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 5}}));
  EXPECT_EQ(scene.num_drafts[0], 2u) << "what is left of the budget";
}

TEST(DraftPlanning, NobodyIsPreemptedForADraft) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 4}, /*num_blocks=*/4);
  scene.add(kBlockTokens - 4);
  scene.add(kBlockTokens - 4);
  scene.step();
  for (const auto& sequence : scene.sequences) sequence->draft.resize(8);
  scene.step();
  // Either may soon want one of the two free blocks: drafts get the rest of their own.
  EXPECT_EQ(scene.num_drafts, (std::vector<std::size_t>{3, 3}));
  EXPECT_EQ(scene.pool.num_used(), 2u);
  EXPECT_EQ(scene.scheduler.counts().num_preemptions, 0u);
}

// The scene checks in each step that blocks and budget are there for what is planned.
TEST(DraftPlanning, KeepsItsPromisesUnderRandomLoad) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    SchedulerScene scene({.max_batch_tokens = 24, .max_num_seqs = 6}, /*num_blocks=*/12);
    std::vector<std::size_t> wanted_output;
    std::size_t num_finished = 0;
    for (int num_steps = 0; num_finished < 40; ++num_steps) {
      ASSERT_LT(num_steps, 20000);
      if (scene.sequences.size() < 40 && random.below(4) == 0) {
        scene.add(1 + random.below(100), static_cast<int>(random.below(3)));
        wanted_output.push_back(1 + random.below(80));
      }
      for (const auto& sequence : scene.sequences) sequence->draft.resize(random.below(9));
      scene.step(&random);
      for (std::size_t i = 0; i < scene.sequences.size(); ++i) {
        Sequence& sequence = *scene.sequences[i];
        if (sequence.state == SequenceState::Finished) continue;
        if (sequence.num_output_tokens() < wanted_output[i]) continue;
        scene.scheduler.remove(sequence);
        ++num_finished;
      }
    }
    EXPECT_EQ(scene.pool.num_used(), 0u);
  }
}

}  // namespace
}  // namespace falconet
