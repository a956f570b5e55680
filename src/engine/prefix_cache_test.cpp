// What the scheduler finds in the pool of what sequences before have computed.
#include <gtest/gtest.h>

#include "engine/scheduler_test.h"

namespace falconet {
namespace {

constexpr SchedulerOptions kRoomy = {.max_batch_tokens = 256, .max_num_seqs = 8};

TEST(PrefixCache, APromptThatWasReadIsReadAgainFromItsLastTokenOn) {
  SchedulerScene scene(kRoomy, 40, PrefixCaching::On);
  scene.add_prompt(0, 50);
  EXPECT_EQ(scene.step(), (Plan{{0, 50}}));
  scene.scheduler.remove(*scene.sequences[0]);
  EXPECT_EQ(scene.pool.num_used(), 0u);
  scene.add_prompt(0, 50);
  EXPECT_EQ(scene.step(), (Plan{{1, 50 - 48}})) << "three full blocks are found";
  EXPECT_EQ(scene.sequences[1]->num_cached, 48u);
  EXPECT_EQ(scene.scheduler.counts().num_cache_queries, 100u);
  EXPECT_EQ(scene.scheduler.counts().num_cache_hits, 48u);
}

TEST(PrefixCache, ThePromptOfWholeBlocksIsCopiedToComputeItsLastTokenAlone) {
  SchedulerScene scene(kRoomy, 40, PrefixCaching::On);
  scene.add_prompt(0, 48);
  scene.step();
  scene.add_prompt(0, 48);
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 1}}));
  EXPECT_EQ(scene.num_copies, 1u);
  EXPECT_EQ(scene.sequences[1]->num_cached, 47u);
  EXPECT_EQ(scene.pool.num_used(), 3u + 1) << "the copy is full, and one with the other again";
}

// A copy needs a block more than the sequence itself.
TEST(PrefixCache, TheLastBlockIsComputedAgainWhereThereIsNoRoomForACopy) {
  SchedulerScene scene(kRoomy, /*num_blocks=*/3, PrefixCaching::On);
  scene.add_prompt(0, 48);
  scene.step();
  scene.scheduler.remove(*scene.sequences[0]);
  scene.add_prompt(0, 48);
  EXPECT_EQ(scene.step(), (Plan{{1, 16}}));
  EXPECT_EQ(scene.num_copies, 0u);
}

TEST(PrefixCache, TheAnswerIsFoundByTheNextTurnToo) {
  SchedulerScene scene(kRoomy, 40, PrefixCaching::On);
  Sequence& first = scene.add_prompt(0, 20);
  for (int i = 0; i < 30; ++i) scene.step();
  auto next = std::make_unique<Sequence>(scene.pool);
  next->tokens = first.tokens;
  next->tokens.resize(first.tokens.size() + 5, TokenId{7});
  const std::size_t num_tokens = next->tokens.size();
  scene.scheduler.remove(first);
  scene.add(std::move(next));
  // 20 + 29 positions are computed: the last token that was said is not.
  EXPECT_EQ(scene.step(), (Plan{{1, num_tokens - 48}}));
}

TEST(PrefixCache, NothingIsFoundUnderAnotherSalt) {
  SchedulerScene scene(kRoomy, 40, PrefixCaching::On);
  scene.add_prompt(0, 50);
  scene.step();
  auto stranger = std::make_unique<Sequence>(scene.pool);
  stranger->tokens = {scene.sequences[0]->tokens.begin(), scene.sequences[0]->tokens.begin() + 50};
  stranger->cache_salt = {0, 1};
  scene.add(std::move(stranger));
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 50}}));
}

TEST(PrefixCache, ASequenceWhosePromptIsScoredComputesAllOfIt) {
  SchedulerScene scene(kRoomy, 40, PrefixCaching::On);
  scene.add_prompt(0, 50);
  scene.step();
  auto scored = std::make_unique<Sequence>(scene.pool);
  scored->tokens = {scene.sequences[0]->tokens.begin(), scene.sequences[0]->tokens.begin() + 50};
  scored->takes_cached = false;
  scene.add(std::move(scored));
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 50}}));
}

// Two that read the same at the same time end up with the same blocks.
TEST(PrefixCache, EqualBlocksThatWereComputedTwiceBecomeOne) {
  SchedulerScene scene(kRoomy, 40, PrefixCaching::On);
  scene.add_prompt(0, 40);
  scene.add_prompt(0, 40);
  EXPECT_EQ(scene.step(), (Plan{{0, 40}, {1, 40}}));
  EXPECT_EQ(scene.pool.num_used(), 2u + 2u) << "two together, and each the one it still writes";
  EXPECT_EQ(scene.sequences[0]->blocks.ids()[1], scene.sequences[1]->blocks.ids()[1]);
}

TEST(PrefixCache, APreemptedSequenceFindsItsOwnBlocksAgain) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 4}, /*num_blocks=*/6,
                       PrefixCaching::On);
  Sequence& first = scene.add_prompt(0, 17);
  Sequence& second = scene.add_prompt(1000, 33);
  scene.step();
  while (scene.scheduler.counts().num_preemptions == 0) scene.step();
  EXPECT_EQ(second.state, SequenceState::Waiting);
  scene.scheduler.remove(first);
  EXPECT_EQ(second.blocks.size(), 0u);
  EXPECT_EQ(second.tokens.size(), 49u);
  EXPECT_EQ(scene.step(), (Plan{{1, 1}})) << "48 are there, output included";
}

TEST(PrefixCache, TheEndOfAPrefixIsForgottenBeforeItsBeginning) {
  SchedulerScene scene(kRoomy, /*num_blocks=*/5, PrefixCaching::On);
  scene.add_prompt(0, 49);
  scene.step();
  scene.scheduler.remove(*scene.sequences[0]);
  scene.add_prompt(1000, 48);  // takes two blocks that hold nothing, and one that does
  scene.step();
  scene.scheduler.remove(*scene.sequences[1]);
  EXPECT_EQ(scene.pool.num_evictions(), 1u);
  scene.add_prompt(0, 49);
  EXPECT_EQ(scene.step(), (Plan{{2, 49 - 32}}));
}

TEST(PrefixCache, WhatWasNotUsedForTheLongestTimeGoesFirst) {
  SchedulerScene scene(kRoomy, /*num_blocks=*/4, PrefixCaching::On);
  for (const std::int32_t first : {0, 1000, 2000, 0, 3000}) {
    scene.add_prompt(first, 17);
    scene.step();
    scene.scheduler.remove(*scene.sequences.back());
  }
  const auto computed_of = [&](std::int32_t first) {
    scene.add_prompt(first, 17);
    const std::size_t num_tokens = scene.step().front().second;
    scene.scheduler.remove(*scene.sequences.back());
    return num_tokens;
  };
  EXPECT_EQ(computed_of(0), 1u) << "it was used again";
  EXPECT_EQ(computed_of(3000), 1u);
  EXPECT_EQ(computed_of(1000), 17u) << "it made room for the last one";
}

}  // namespace
}  // namespace falconet
