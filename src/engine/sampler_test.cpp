#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/logprobs.h"
#include "engine/random_tokens.h"
#include "engine/sampler_reference.h"

namespace falconet {
namespace {

std::vector<float> random_logits(std::size_t vocab_size, double spread, Random& random) {
  std::vector<float> logits(vocab_size);
  for (float& logit : logits) logit = static_cast<float>(spread * random.normal());
  return logits;
}

SamplingParams random_params(Random& random) {
  const auto sometimes = [&](double value, float off) {
    return random.below(2) == 0 ? static_cast<float>(value) : off;
  };
  SamplingParams params;
  params.temperature = static_cast<float>(0.2 + 1.5 * random.uniform());
  params.top_k = random.below(2) * random.below(60);
  params.top_p = sometimes(random.uniform(), 1);
  params.min_p = sometimes(0.3 * random.uniform(), 0);
  params.typical_p = sometimes(random.uniform(), 1);
  params.xtc_probability = sometimes(0.5, 0);
  params.xtc_threshold = static_cast<float>(0.2 * random.uniform());
  params.dry.multiplier = sometimes(0.8, 0);
  params.dry.breakers = {{2}, {5}};
  params.repetition_penalty = sometimes(0.8 + random.uniform(), 1);
  params.presence_penalty = sometimes(random.normal(), 0);
  params.frequency_penalty = sometimes(0.3 * random.normal(), 0);
  if (random.below(2) == 0) params.logit_bias = {{{3}, 2.5f}, {{7}, -4.0f}};
  params.seed = random();
  return params;
}

// A boundary may fall between two tokens whose order or sum f32 cannot tell; the twin then differs
// by such a token. Everything else must agree.
void expect_same(std::span<const Candidate> candidates, const std::map<TokenId, double>& wanted,
                 const char* what) {
  const double total = sum_weights(candidates);
  double difference = 0;
  std::map<TokenId, double> rest = wanted;
  for (const Candidate& candidate : candidates) {
    difference += std::abs(static_cast<double>(candidate.weight) / total - rest[candidate.id]);
    rest.erase(candidate.id);
  }
  for (const auto& [id, probability] : rest) difference += probability;
  EXPECT_LT(difference, 1e-4) << what << ": " << candidates.size() << " candidates, expected "
                              << wanted.size();
}

TEST(Sampler, DrawsFromTheSameDistributionAsItsDoublePrecisionTwin) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    const std::size_t vocab_size = 10 + random.below(800);
    Sampler sampler(vocab_size);
    const std::vector<float> logits = random_logits(vocab_size, 1 + 4 * random.uniform(), random);
    // Few different tokens, so that there are repetitions.
    const std::vector<TokenId> tokens = random_tokens(1 + random.below(60), 8, random);
    const History history{tokens, random.below(tokens.size() + 1)};
    const SamplingParams params = random_params(random);
    const bool apply_xtc = uniform_at(params.seed, 0, history.output().size(), Draw::ExcludeTop) <
                           static_cast<double>(params.xtc_probability);
    const auto wanted =
        ReferenceSampler::distribution({logits.begin(), logits.end()}, history, params, apply_xtc);
    const SampleInput input{.logits = logits, .history = history, .forbidden = {}, .choice = 0};
    expect_same(sampler.distribution(input, params), wanted, "first");
    expect_same(sampler.distribution(input, params), wanted, "scratch was left dirty");
  }
}

// Pearson's test of `num_draws` samples against probabilities; the statistic less its degrees of
// freedom, in standard deviations (normal approximation).
double chi_square_excess(const std::map<TokenId, double>& probabilities,
                         const std::map<TokenId, int>& counts, int num_draws) {
  double statistic = 0;
  double rare_expected = 0;
  double rare_observed = 0;
  int num_cells = 0;
  for (const auto& [id, probability] : probabilities) {
    const double expected = probability * num_draws;
    const auto found = counts.find(id);
    const double observed = found == counts.end() ? 0 : found->second;
    if (expected < 10) {
      rare_expected += expected;
      rare_observed += observed;
      continue;
    }
    statistic += (observed - expected) * (observed - expected) / expected;
    ++num_cells;
  }
  if (rare_expected > 10) {
    const double difference = rare_observed - rare_expected;
    statistic += difference * difference / rare_expected;
    ++num_cells;
  }
  return (statistic - (num_cells - 1)) / std::sqrt(2.0 * std::max(1, num_cells - 1));
}

TEST(Sampler, DrawsAsOftenAsTheProbabilitiesSay) {
  constexpr int kNumDraws = 40000;
  for (const std::uint64_t seed : {11u, 12u, 13u}) {
    for (const bool is_filtered : {false, true}) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", filtered " << is_filtered);
      Random random(seed);
      const std::vector<float> logits = random_logits(50, 1.5, random);
      SamplingParams params{.temperature = 0.9f, .seed = seed};
      if (is_filtered) params.top_p = 0.8f;
      Sampler sampler(logits.size());
      // Each draw is another position, as in a sequence that grows.
      const std::vector<TokenId> tokens(kNumDraws, TokenId{0});
      std::map<TokenId, int> counts;
      for (std::size_t i = 0; i < kNumDraws; ++i) {
        const History history{std::span(tokens).first(i), 0};
        const auto token = sampler.sample({logits, history, {}, {}, 0}, params);
        ASSERT_TRUE(token);
        ++counts[*token];
      }
      const auto wanted = ReferenceSampler::distribution({logits.begin(), logits.end()}, {}, params,
                                                         /*apply_xtc=*/false);
      for (const auto& [id, count] : counts) EXPECT_TRUE(wanted.contains(id)) << id.value;
      EXPECT_LT(chi_square_excess(wanted, counts, kNumDraws), 5);
    }
  }
}

TEST(Sampler, RandomNumbersOfDifferentPlacesAreUnrelated) {
  // Means of products of centred uniforms: 1/12² · 1/√n = 0.0007 is one standard deviation.
  constexpr int kCount = 20000;
  double mean = 0, next_position = 0, next_choice = 0, next_seed = 0, other_draw = 0;
  for (int i = 0; i < kCount; ++i) {
    const auto position = static_cast<std::size_t>(i);
    const double u = uniform_at(5, 0, position, Draw::Token) - 0.5;
    mean += u / kCount;
    next_position += u * (uniform_at(5, 0, position + 1, Draw::Token) - 0.5) / kCount;
    next_choice += u * (uniform_at(5, 1, position, Draw::Token) - 0.5) / kCount;
    next_seed += u * (uniform_at(6, 0, position, Draw::Token) - 0.5) / kCount;
    other_draw += u * (uniform_at(5, 0, position, Draw::ExcludeTop) - 0.5) / kCount;
  }
  EXPECT_NEAR(mean, 0, 0.009);
  for (const double correlation : {next_position, next_choice, next_seed, other_draw}) {
    EXPECT_NEAR(correlation, 0, 0.003);
  }
}

TEST(Sampler, GreedyTakesTheMostLikelyAndAmongEqualsTheFirst) {
  Sampler sampler(4);
  const std::vector<float> logits = {1, 3, 3, 2};
  const SampleInput input{.logits = logits, .history = {}, .forbidden = {}, .choice = 0};
  EXPECT_EQ(sampler.sample(input, {.temperature = 0}), TokenId{1});
  const std::vector<TokenId> forbidden = {{1}, {2}};
  EXPECT_EQ(sampler.sample({logits, {}, forbidden, {}, 0}, {.temperature = 0}), TokenId{3});
}

TEST(Sampler, RefusesTheLastTokenOfABadWordOnlyAfterItsBeginning) {
  Sampler sampler(4);
  const std::vector<float> logits = {0, 1, 2, 3};
  const SamplingParams params{.temperature = 0, .bad_words = {{{1}, {3}}, {{2}}}};
  const std::vector<TokenId> tokens = {{1}, {0}, {1}};
  EXPECT_EQ(sampler.sample({logits, {std::span(tokens).first(2), 0}, {}, {}, 0}, params),
            TokenId{3});
  EXPECT_EQ(sampler.sample({logits, {tokens, 0}, {}, {}, 0}, params), TokenId{1});
  EXPECT_EQ(sampler.sample({logits, {tokens, 3}, {}, {}, 0}, params), TokenId{3})
      << "only in output";
}

TEST(Sampler, SaysSoWhenTheModelGaveNoNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  Sampler sampler(3);
  for (const float bad : {nan, -infinity}) {
    const std::vector<float> logits(3, bad);
    EXPECT_FALSE(sampler.sample({logits, {}, {}, {}, 0}, {.temperature = 0}));
    EXPECT_FALSE(sampler.sample({logits, {}, {}, {}, 0}, {.temperature = 1}));
  }
  const std::vector<float> one_good = {nan, 2, nan};
  EXPECT_EQ(sampler.sample({one_good, {}, {}, {}, 0}, {.temperature = 1}), TokenId{1});
  EXPECT_EQ(sampler.sample({one_good, {}, {}, {}, 0}, {.temperature = 0}), TokenId{1});
}

TEST(Sampler, TinyTemperaturesAndHugeLogitsStayFinite) {
  Sampler sampler(3);
  const std::vector<float> logits = {-3e4f, 3e4f, 2e4f};
  for (const float temperature : {1e-6f, 1e-4f, 1.0f, 100.0f}) {
    EXPECT_EQ(sampler.sample({logits, {}, {}, {}, 0}, {.temperature = temperature, .top_p = 0.9f}),
              TokenId{1});
  }
}

TEST(Logprobs, AreTheRawLogSoftmaxAndItsTop) {
  Random random(21);
  const std::vector<float> logits = random_logits(500, 3, random);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
  const Logprobs result = logprobs_of(logits, TokenId{17}, 20);
  EXPECT_NEAR(result.logprob, static_cast<double>(logits[17]) - std::log(sum), 1e-5);
  std::vector<std::pair<float, int>> sorted;
  for (std::size_t i = 0; i < logits.size(); ++i) sorted.emplace_back(-logits[i], i);
  std::ranges::sort(sorted);
  ASSERT_EQ(result.top.size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(result.top[i].id.value, sorted[i].second);
  EXPECT_EQ(logprobs_of(logits, TokenId{0}, 0).top.size(), 0u);
  EXPECT_EQ(logprobs_of(std::vector<float>{1, 1, 1}, TokenId{0}, 2).top[1].id, TokenId{1});
}

}  // namespace
}  // namespace falconet
