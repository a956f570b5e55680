// Many threads submit, read, cancel and ask for numbers at once, with too few blocks for all (the
// tsan preset runs this).
#include <gtest/gtest.h>

#include <thread>

#include "engine/engine_test.h"

namespace falconet {
namespace {

constexpr int kNumCallers = 8;
constexpr std::uint64_t kRequestsOfCaller = 30;

/// Prompts begin alike, so that callers find each other's blocks.
EngineRequest loaded_request(Random& random, std::uint64_t caller) {
  EngineRequest request;
  request.prompt = prompt_of(96, /*seed=*/5);
  request.prompt.resize(1 + random.below(96));
  const std::vector<TokenId> own = prompt_of(random.below(20), random());
  request.prompt.insert(request.prompt.end(), own.begin(), own.end());
  request.max_tokens = 1 + random.below(40);
  request.num_choices = 1 + static_cast<int>(random.below(3));
  request.priority = static_cast<int>(random.below(2));
  request.sampling.seed = random();
  request.client = {caller % 3, 0};
  request.cache_salt = {caller % 2, 0};
  return request;
}

void call_often(TestEngine& engine, std::uint64_t caller) {
  Random random(caller);
  for (std::uint64_t i = 0; i < kRequestsOfCaller; ++i) {
    const EngineRequest request = loaded_request(random, caller);
    auto generation = engine->submit(request);
    ASSERT_TRUE(generation);
    const std::uint64_t fate = random.below(4);
    if (fate == 0) continue;  // dropped
    if (fate == 1) generation->stream().cancel(0);
    const Outcome outcome = read_all(*generation);
    ASSERT_EQ(outcome.causes.size(), static_cast<std::size_t>(request.num_choices));
    for (int choice = fate == 1 ? 1 : 0; choice < request.num_choices; ++choice) {
      EXPECT_EQ(outcome.tokens.at(choice), expected_tokens(request, choice));
    }
  }
}

TEST(EngineUnderLoad, GivesEachCallerTheirTokensAndLosesNoBlock) {
  TestEngine engine(
      {.engine = {.num_blocks = 30, .max_model_len = 300, .max_num_seqs = 8}, .num_threads = 2});
  std::atomic<bool> is_done = false;
  std::jthread watcher([&] {
    while (!is_done) {
      EXPECT_LE(engine->stats().num_used_blocks, 30u);
      std::this_thread::yield();
    }
  });
  std::vector<std::jthread> callers;
  for (std::uint64_t caller = 0; caller < kNumCallers; ++caller) {
    callers.emplace_back([&engine, caller] { call_often(engine, caller); });
  }
  callers.clear();
  is_done = true;
  watcher.join();
  EXPECT_TRUE(engine->drain(std::chrono::seconds(60)));
  const EngineStats stats = engine->stats();
  EXPECT_EQ(stats.num_used_blocks, 0u);
  EXPECT_EQ(stats.num_finished_requests, kNumCallers * kRequestsOfCaller);
  EXPECT_GT(stats.num_cache_hits, 0u);
}

}  // namespace
}  // namespace falconet
