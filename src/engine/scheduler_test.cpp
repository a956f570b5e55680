#include "engine/scheduler.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/scheduler_test.h"

namespace falconet {
namespace {

TEST(Scheduler, ReadsALongPromptInChunksWhileOthersDecode) {
  SchedulerScene scene({.max_batch_tokens = 8, .max_num_seqs = 4}, 100);
  scene.add(3);
  EXPECT_EQ(scene.step(), (Plan{{0, 3}}));
  scene.add(16);
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 7}}));
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 7}}));
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 2}}));
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 1}}));
}

TEST(Scheduler, AnUrgentPromptDoesNotStopTheOthersFromDecoding) {
  SchedulerScene scene({.max_batch_tokens = 4, .max_num_seqs = 4}, 100);
  scene.add(1, /*priority=*/5);
  scene.add(1, 5);
  scene.step();
  scene.add(9, /*priority=*/0);
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 1}, {2, 2}}));
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 1}, {2, 2}}));
}

TEST(Scheduler, ServesByPriorityAndThenByArrival) {
  SchedulerScene scene({.max_batch_tokens = 8, .max_num_seqs = 1}, 100);
  scene.add(8);
  scene.add(8);
  Sequence& urgent = scene.add(8, -1);
  EXPECT_EQ(scene.step(), (Plan{{2, 8}}));
  scene.scheduler.remove(urgent);
  EXPECT_EQ(scene.step(), (Plan{{0, 8}}));
}

TEST(Scheduler, PreemptsTheNewestOfTheLowestPriorityWhenBlocksRunOut) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 4}, /*num_blocks=*/5);
  scene.add(kBlockTokens, 0);
  Sequence& low = scene.add(kBlockTokens, 1);
  scene.step();
  EXPECT_EQ(scene.scheduler.num_running(), 2u);
  while (scene.scheduler.counts().num_preemptions == 0) scene.step();
  EXPECT_EQ(low.state, SequenceState::Waiting);
  EXPECT_EQ(low.num_computed, 0u);
  EXPECT_EQ(low.blocks.size(), 0u);
  const std::size_t num_tokens = low.tokens.size();
  scene.scheduler.remove(*scene.sequences[0]);
  EXPECT_EQ(scene.step(), (Plan{{1, num_tokens}})) << "it is computed again, output included";
}

TEST(Scheduler, TextThatIsForcedHasItsBlocksBeforeItIsRead) {
  SchedulerScene scene({.max_batch_tokens = 32, .max_num_seqs = 4}, /*num_blocks=*/6);
  Sequence& first = scene.add(15);
  Sequence& second = scene.add(15);
  EXPECT_EQ(scene.step(), (Plan{{0, 15}, {1, 15}}));
  first.tokens.resize(16 + 29);  // two blocks more, one of them in part
  EXPECT_EQ(scene.step(), (Plan{{1, 1}, {0, 30}}));
  EXPECT_EQ(first.blocks.size(), 3u);
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 1}}));
  // There is no room for both: the last one starts anew.
  first.tokens.resize(first.tokens.size() + 40);
  EXPECT_EQ(scene.step(), (Plan{{0, 32}}));
  EXPECT_EQ(second.state, SequenceState::Waiting);
}

TEST(Scheduler, ChoicesShareTheirPromptWithTheFirst) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 4}, 20);
  Sequence& leader = scene.add(2 * kBlockTokens + 3);
  Sequence& sibling = scene.add(2 * kBlockTokens + 3);
  sibling.leader = &leader;
  EXPECT_EQ(scene.step(), (Plan{{0, 2 * kBlockTokens + 3}})) << "the sibling waits";
  EXPECT_EQ(scene.step(), (Plan{{0, 1}, {1, 1}})) << "it computes the last token alone";
  EXPECT_EQ(scene.num_copies, 1u) << "of the block that both go on writing";
  EXPECT_EQ(scene.pool.num_used(), 4u) << "two shared, one each";
  scene.scheduler.remove(leader);
  EXPECT_EQ(scene.step(), (Plan{{1, 1}}));
  scene.scheduler.remove(sibling);
  EXPECT_EQ(scene.pool.num_used(), 0u);
}

TEST(Scheduler, ASiblingReadsThePromptItselfWhenTheFirstChoiceIsGone) {
  SchedulerScene scene({.max_batch_tokens = 64, .max_num_seqs = 1}, 20);
  Sequence& leader = scene.add(20);
  Sequence& sibling = scene.add(20);
  sibling.leader = &leader;
  scene.step();
  scene.scheduler.remove(leader);
  EXPECT_EQ(scene.step(), (Plan{{1, 20}}));
}

// Under random load with far too few blocks, every sequence still finishes, in bounded time, and
// no block is lost.
TEST(Scheduler, FinishesEverySequenceUnderRandomLoad) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    SchedulerScene scene({.max_batch_tokens = 24, .max_num_seqs = 6}, /*num_blocks=*/12);
    std::vector<std::size_t> wanted_output;
    std::size_t num_finished = 0;
    int num_steps = 0;
    while (num_finished < 60) {
      ASSERT_LT(++num_steps, 20000);
      if (scene.sequences.size() < 60 && random.below(4) == 0) {
        Sequence& sequence = scene.add(1 + random.below(100), static_cast<int>(random.below(3)));
        wanted_output.push_back(1 + random.below(80));
        if (random.below(3) == 0 && sequence.arrival > 0) {
          // A sibling of an earlier one, if they have the same prompt.
          const Sequence& other = *scene.sequences[sequence.arrival - 1];
          if (other.leader == nullptr && other.priority == sequence.priority &&
              other.num_prompt_tokens == sequence.num_prompt_tokens) {
            sequence.leader = &other;
          }
        }
      }
      scene.step();
      for (std::size_t i = 0; i < scene.sequences.size(); ++i) {
        Sequence& sequence = *scene.sequences[i];
        if (sequence.state == SequenceState::Finished) continue;
        const bool is_cancelled = random.below(300) == 0;
        if (!is_cancelled && sequence.num_output_tokens() < wanted_output[i]) continue;
        scene.scheduler.remove(sequence);
        ++num_finished;
      }
    }
    EXPECT_EQ(scene.pool.num_used(), 0u);
    EXPECT_FALSE(scene.scheduler.has_work());
    EXPECT_EQ(scene.step(), Plan{});
  }
}

}  // namespace
}  // namespace falconet
