// Tokens do not depend on the prefix cache, on who else runs, on preemption or on threads.
#include <gtest/gtest.h>

#include <thread>

#include "engine/tiny_engine_test.h"

namespace falconet {
namespace {

using Tokens = std::vector<TokenId>;

TEST(EngineCache, APromptSaidBeforeIsNotComputedAgain) {
  TestEngine engine;
  const EngineRequest request = request_of(160, 4, 3);
  EXPECT_EQ(run(engine, request).end.num_cached, 0u);
  const std::uint64_t num_computed = engine->stats().num_computed_tokens;
  const Outcome again = run(engine, request);
  EXPECT_EQ(again.tokens.at(0), expected_tokens(request));
  EXPECT_EQ(again.end.num_cached, 159u) << "the last token is always computed";
  EXPECT_EQ(engine->stats().num_computed_tokens, num_computed + 1 + 3);
  EXPECT_EQ(engine->stats().num_cache_hits, 159u);
  EXPECT_EQ(engine->stats().num_cache_queries, 320u);
}

TEST(EngineCache, NobodyFindsWhatWasComputedUnderAnotherSalt) {
  TestEngine engine;
  EngineRequest request = request_of(160, 4, 3);
  request.cache_salt = {1, 2};
  run(engine, request);
  request.cache_salt = {1, 3};
  EXPECT_EQ(run(engine, request).end.num_cached, 0u);
  request.cache_salt = {1, 2};
  EXPECT_EQ(run(engine, request).end.num_cached, 159u);
}

TEST(EngineCache, TurnedOffItFindsNothing) {
  TestEngine engine({.engine = {.num_blocks = 200,
                                .max_model_len = 512,
                                .max_num_seqs = 8,
                                .prefix_caching = PrefixCaching::Off}});
  const EngineRequest request = request_of(160, 4, 3);
  run(engine, request);
  EXPECT_EQ(run(engine, request).end.num_cached, 0u);
  EXPECT_EQ(engine->stats().num_cache_queries, 0u);
  EXPECT_EQ(engine->stats().num_cached_blocks, 0u);
}

TEST(EngineCache, LogprobsOfAPromptAreThoseOfAllItsTokensAlthoughItIsKnown) {
  TestEngine engine;
  EngineRequest request = request_of(100, 2, 3);
  run(engine, request);
  request.num_prompt_logprobs = 1;
  EXPECT_EQ(run(engine, request).prompt_logprobs.size(), 99u);
}

// A request that ends in the middle of a step of others gives its blocks back before the next.
TEST(EngineCache, ACancelledRequestFreesItsBlocksWhileOthersRun) {
  TestEngine engine({.model = {.step_time = std::chrono::milliseconds(5)}});
  auto running = engine->submit(request_of(40, 400, 1));
  auto cancelled = engine->submit(request_of(300, 200, 2));
  ASSERT_TRUE(running && cancelled);
  cancelled->stream().wait();
  cancelled->stream().cancel();
  EXPECT_EQ(read_all(*cancelled).causes.at(0), StopCause::Cancelled);
  // The numbers follow the events. The other request goes on for two seconds at least.
  while (engine->stats().num_running == 2) std::this_thread::yield();
  EXPECT_EQ(engine->stats().num_running, 1u);
  EXPECT_LE(engine->stats().num_used_blocks, (40u + 400) / kBlockTokens + 1);
}

/// Greedy requests of which every third begins as the first one does.
std::vector<EngineRequest> greedy_requests() {
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 32; ++i) {
    EngineRequest request = request_of(20 + (i * 11) % 70, 24, i);
    if (i % 3 == 0) {
      const Tokens first = prompt_of(48, 99);
      request.prompt.insert(request.prompt.begin(), first.begin(), first.end());
    }
    request.sampling.temperature = 0;
    requests.push_back(std::move(request));
  }
  return requests;
}

// The oracle is each request alone, without the cache, on one thread.
TEST(EngineCache, GreedyTokensAreTheSameAloneAmongOthersCachedAndAfterPreemption) {
  const TinyModelFile file;
  const std::vector<EngineRequest> requests = greedy_requests();
  std::vector<Tokens> alone;
  {
    const auto engine = tiny_engine(file,
                                    {.num_blocks = 32,
                                     .max_model_len = 256,
                                     .max_num_seqs = 1,
                                     .prefix_caching = PrefixCaching::Off},
                                    1);
    for (const EngineRequest& request : requests) {
      alone.push_back(run(*engine, request).tokens.at(0));
    }
  }
  for (const PrefixCaching caching : {PrefixCaching::Off, PrefixCaching::On}) {
    for (const int num_threads : {1, 2}) {
      for (const std::size_t num_blocks : {300u, 24u}) {
        SCOPED_TRACE(testing::Message() << num_threads << " threads, " << num_blocks << " blocks");
        const auto engine = tiny_engine(file,
                                        {.num_blocks = num_blocks,
                                         .max_model_len = 256,
                                         .max_num_seqs = 32,
                                         .prefix_caching = caching},
                                        num_threads);
        EXPECT_EQ(tokens_together(*engine, requests), alone);
        EXPECT_EQ(tokens_together(*engine, requests), alone) << "the second time";
        const EngineStats stats = (*engine)->stats();
        EXPECT_EQ(stats.num_preemptions > 0, num_blocks == 24) << stats.num_preemptions;
        EXPECT_EQ(stats.num_cache_hits > 0, caching == PrefixCaching::On);
      }
    }
  }
}

}  // namespace
}  // namespace falconet
