// Guessing ahead changes how long an answer takes and nothing else.
#include "engine/speculation_test.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/tiny_engine_test.h"

namespace falconet {
namespace {

// The oracle is the engine without guesses, one sequence at a time, without the prefix cache.
TEST(Speculation, TokensScoresAndEndsAreTheSameWithAndWithoutIt) {
  const std::vector<EngineRequest> requests = varied_requests();
  const Answers wanted = answers_without_guesses(requests);
  FakeModelOptions narrow = kHabitual;
  narrow.max_batch_tokens = 5;
  EngineOptions roomy{.num_blocks = 200, .max_model_len = 512, .max_num_seqs = 3};
  roomy.speculation = kGuessing;
  EngineOptions tight{.num_blocks = 40, .max_model_len = 512, .max_num_seqs = 12};
  tight.speculation = kGuessing;
  const std::vector<Setting> settings = {{kHabitual, roomy, 1},
                                         {kHabitual, roomy, 2},
                                         {kHabitual, tight, 1},
                                         {kHabitual, tight, 2},
                                         {narrow, roomy, 1}};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "setting " << i);
    const Answers answers = answers_of(settings[i], requests);
    expect_same(answers, wanted);
    EXPECT_GT(answers.stats.num_accepted_tokens, 50u);
    EXPECT_GT(answers.stats.num_draft_tokens, answers.stats.num_accepted_tokens + 50)
        << "some must be wrong for the test to say anything";
    EXPECT_EQ(answers.stats.num_preemptions > 0, i == 2 || i == 3);
  }
}

TEST(Speculation, GreedyTokensOfARealDecoderAreTheSameCachedAndAfterPreemption) {
  const TinyModelFile file;
  std::vector<EngineRequest> requests;
  for (std::uint64_t i = 0; i < 12; ++i) {
    EngineRequest request = request_of(20 + i, 90, i % 9);  // some come twice
    request.sampling.temperature = i % 2 == 0 ? 0.0f : 0.3f;
    requests.push_back(std::move(request));
  }
  EngineOptions plain{.num_blocks = 64, .max_model_len = 256, .max_num_seqs = 1};
  plain.prefix_caching = PrefixCaching::Off;
  const auto wanted = tokens_together(*tiny_engine(file, plain, 1), requests);
  for (const int num_threads : {1, 2}) {
    for (const std::size_t num_blocks : {200u, 20u}) {
      SCOPED_TRACE(testing::Message() << num_threads << " threads, " << num_blocks << " blocks");
      EngineOptions options{.num_blocks = num_blocks, .max_model_len = 256, .max_num_seqs = 6};
      options.speculation = kGuessing;
      const auto engine = tiny_engine(file, options, num_threads);
      EXPECT_EQ(tokens_together(*engine, requests), wanted);
      EXPECT_EQ(tokens_together(*engine, requests), wanted) << "the second time";
      const EngineStats stats = (*engine)->stats();
      EXPECT_GT(stats.num_accepted_tokens, 0u);
      EXPECT_GT(stats.num_draft_tokens, stats.num_accepted_tokens);
      EXPECT_EQ(stats.num_preemptions > 0, num_blocks == 20);
    }
  }
}

TEST(Speculation, ARepeatingTextTakesFewerSteps) {
  TestEngine engine(
      {.engine = {
           .num_blocks = 200, .max_model_len = 512, .max_num_seqs = 8, .speculation = kGuessing}});
  EngineRequest request = request_of(10, 200, 4);
  request.sampling.temperature = 0;
  request.sampling.logit_bias = {{{7}, 1000.0f}};
  const Outcome outcome = run(engine, request);
  EXPECT_EQ(outcome.tokens.at(0), std::vector<TokenId>(200, TokenId{7}));
  // The prompt, a first pair of sevens, and then nine tokens a step.
  EXPECT_LE(engine->stats().num_steps, 1u + 3 + 200 / 9 + 3);
  EXPECT_EQ(engine->stats().num_accepted_tokens, engine->stats().num_draft_tokens);
  EXPECT_EQ(engine->stats().num_accepted_tokens + engine->stats().num_steps, 200u);
}

TEST(Speculation, ATextWithoutRepetitionIsSeldomGuessedAt) {
  TestEngine engine(
      {.engine = {
           .num_blocks = 200, .max_model_len = 2048, .max_num_seqs = 8, .speculation = kGuessing}});
  const EngineRequest request = request_of(500, 1500, 4);
  EXPECT_EQ(run(engine, request).tokens.at(0), expected_tokens(request));
  EXPECT_LT(engine->stats().num_draft_tokens, 1500u / 40);
}

// With every block and position taken: one token too many would be outside the table.
TEST(Speculation, NeitherMaxTokensNorTheContextIsExceeded) {
  for (const std::size_t max_tokens : {1u, 2u, 5u, 9u, 10u, 300u}) {
    SCOPED_TRACE(testing::Message() << "max_tokens " << max_tokens);
    TestEngine engine(
        {.engine = {
             .num_blocks = 8, .max_model_len = 128, .max_num_seqs = 1, .speculation = kGuessing}});
    EngineRequest request = request_of(20, max_tokens, 4);
    request.sampling.logit_bias = {{{7}, 1000.0f}};
    const Outcome outcome = run(engine, request);
    EXPECT_EQ(outcome.tokens.at(0).size(), std::min<std::size_t>(max_tokens, 108));
    EXPECT_EQ(outcome.causes.at(0), StopCause::MaxTokens);
    EXPECT_LE(engine->stats().num_computed_tokens, 20 + std::min<std::size_t>(max_tokens, 108) - 1)
        << "every row is a token of the answer";
  }
}

// A block that holds a wrong guess must not be found by others.
TEST(Speculation, ThePrefixCacheHoldsNoGuesses) {
  EngineOptions options{.num_blocks = 200, .max_model_len = 512, .max_num_seqs = 4};
  options.speculation = kGuessing;
  TestEngine guessing({.model = kHabitual, .engine = options});
  TestEngine plain({.model = kHabitual,
                    .engine = {.num_blocks = 200,
                               .max_model_len = 512,
                               .max_num_seqs = 1,
                               .prefix_caching = PrefixCaching::Off}});
  EngineRequest request = request_of(40, 60, 2);
  request.sampling.temperature = 0.5f;
  std::size_t num_cached = 0;
  for (std::uint64_t turn = 0; turn < 6; ++turn) {
    request.sampling.seed = turn;
    const Outcome wanted = run(plain, request);
    const Outcome outcome = run(guessing, request);
    EXPECT_EQ(outcome.tokens, wanted.tokens) << "turn " << turn;
    EXPECT_GE(outcome.end.num_cached, num_cached) << "turn " << turn;
    // The conversation goes on: all that was said but the last token is known.
    const std::vector<TokenId>& answer = outcome.tokens.at(0);
    request.prompt.insert(request.prompt.end(), answer.begin(), answer.end());
    num_cached = (request.prompt.size() - 1) / kBlockTokens * kBlockTokens;
    request.prompt.push_back({static_cast<std::int32_t>(turn)});
  }
  EXPECT_GT(guessing->stats().num_draft_tokens, guessing->stats().num_accepted_tokens);
}

constexpr std::size_t kSmallVocab = 4;
constexpr std::size_t kNumDrawn = 4;

/// Probabilities of every text of kNumDrawn tokens, as the model and its softmax say.
std::vector<double> exact_distribution(const std::vector<TokenId>& prompt) {
  std::vector<double> probabilities;
  std::size_t num_texts = 1;
  for (std::size_t i = 0; i < kNumDrawn; ++i) num_texts *= kSmallVocab;
  for (std::size_t text = 0; text < num_texts; ++text) {
    std::vector<TokenId> tokens = prompt;
    double probability = 1;
    for (std::size_t i = 0, rest = text; i < kNumDrawn; ++i, rest /= kSmallVocab) {
      std::vector<float> logits = FakeModel::logits_after(tokens, kSmallVocab, 0.3);
      FakeModel::add_habit(tokens.back(), tokens[tokens.size() - 2], 1, logits);
      double sum = 0;
      for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
      const std::size_t drawn = rest % kSmallVocab;
      probability *= std::exp(static_cast<double>(logits[drawn])) / sum;
      tokens.push_back({static_cast<std::int32_t>(drawn)});
    }
    probabilities.push_back(probability);
  }
  return probabilities;
}

// Pearson's test of 6,000 answers, each with a seed of its own, against the exact probabilities.
TEST(Speculation, SampledTextsHaveTheModelsDistribution) {
  EngineOptions options{.num_blocks = 400, .max_model_len = 64, .max_num_seqs = 2};
  options.speculation = {.num_speculative_tokens = 3};
  TestEngine engine(
      {.model = {.vocab_size = kSmallVocab, .spread = 0.3, .habit = 1}, .engine = options});
  EngineRequest request;
  for (const int id : {0, 1, 2, 3, 0, 1, 1, 2, 0, 2, 3, 3, 1, 0, 3, 2, 0, 1}) {
    request.prompt.push_back({id});
  }
  request.max_tokens = kNumDrawn;
  const std::vector<double> probabilities = exact_distribution(request.prompt);
  std::vector<double> counts(probabilities.size());
  constexpr std::size_t kNumSeeds = 6000;
  for (std::uint64_t seed = 0; seed < kNumSeeds; ++seed) {
    request.sampling.seed = seed;
    const Outcome outcome = run(engine, request);
    const std::vector<TokenId>& tokens = outcome.tokens.at(0);
    ASSERT_EQ(tokens.size(), kNumDrawn);
    std::size_t text = 0;
    for (std::size_t i = kNumDrawn; i-- > 0;) {
      text = text * kSmallVocab + static_cast<std::size_t>(tokens[i].value);
    }
    ++counts[text];
  }
  EXPECT_GT(engine->stats().num_accepted_tokens, kNumSeeds / 4);
  EXPECT_GT(engine->stats().num_draft_tokens, engine->stats().num_accepted_tokens + kNumSeeds / 4);
  // Texts that are expected less than ten times are taken together.
  double chi_squared = 0;
  double rest_wanted = 0;
  double rest_count = 0;
  double degrees = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double wanted = probabilities[i] * static_cast<double>(kNumSeeds);
    if (wanted < 10) {
      rest_wanted += wanted;
      rest_count += counts[i];
      continue;
    }
    chi_squared += (counts[i] - wanted) * (counts[i] - wanted) / wanted;
    ++degrees;
  }
  chi_squared += (rest_count - rest_wanted) * (rest_count - rest_wanted) / rest_wanted;
  // Wilson and Hilferty (1931): the cube root is nearly normal. 4: once in 30,000 sets of seeds.
  const double variance = 2 / (9 * degrees);
  const double z = (std::cbrt(chi_squared / degrees) - (1 - variance)) / std::sqrt(variance);
  EXPECT_LT(std::abs(z), 4) << "chi-squared " << chi_squared << " of " << degrees << " degrees";
}

}  // namespace
}  // namespace falconet
