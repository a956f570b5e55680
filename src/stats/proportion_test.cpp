#include "stats/proportion.h"

#include "base/random.h"
#include "stats/bootstrap.h"
#include "stats/distributions.h"
#include "stats/golden_test.h"
#include "stats/weighted_mean.h"

namespace falconet {
namespace {

constexpr double kTolerance = 1e-9;

std::vector<WeightedValue> weighted_values(const GoldenCase& golden) {
  std::vector<WeightedValue> values;
  for (std::size_t i = 0; i < golden.arguments.at(0).size(); ++i) {
    values.push_back({.person = PersonId{static_cast<std::int32_t>(golden.arguments[0][i])},
                      .value = golden.arguments[1][i],
                      .weight = golden.arguments[2][i]});
  }
  return values;
}

// People with own chances of 1: few talkative ones, many quiet ones.
std::vector<WeightedValue> messages(Random& random, int num_people, double spread) {
  std::vector<WeightedValue> values;
  for (int person = 0; person < num_people; ++person) {
    const double chance = normal_cdf(-1 + spread * random.normal());
    const int count = person % 8 == 0 ? 60 : 6;
    for (int i = 0; i < count; ++i) {
      values.push_back(
          {.person = PersonId{person}, .value = random.uniform() < chance ? 1.0 : 0.0});
    }
  }
  return values;
}

// How often Wilson's or the exact interval holds the truth: a sum over all outcomes, not a draw.
template <class Function>
double coverage(Function interval, std::int64_t trials, double p) {
  double covered = 0;
  for (std::int64_t k = 0; k <= trials; ++k) {
    if (interval(Count{k, trials}, 0.95).value().contains(p)) covered += binomial_pmf(k, trials, p);
  }
  return covered;
}

TEST(Proportion, IntervalsAgreeWithStatsmodels) {
  for (const GoldenCase& golden : golden_cases("wilson")) {
    const Count count{static_cast<std::int64_t>(golden.arguments[0][0]),
                      static_cast<std::int64_t>(golden.arguments[1][0])};
    const Interval found = wilson_interval(count, golden.arguments[2][0]).value();
    expect_near(found.low, golden.expected[0], kTolerance, golden.line);
    expect_near(found.high, golden.expected[1], kTolerance, golden.line);
  }
  for (const GoldenCase& golden : golden_cases("clopper_pearson")) {
    const Count count{static_cast<std::int64_t>(golden.arguments[0][0]),
                      static_cast<std::int64_t>(golden.arguments[1][0])};
    const Interval found = clopper_pearson_interval(count, golden.arguments[2][0]).value();
    expect_near(found.low, golden.expected[0], kTolerance, golden.line);
    expect_near(found.high, golden.expected[1], kTolerance, golden.line);
  }
}

TEST(Proportion, NoneObservedIsBoundedAsSciPySays) {
  for (const GoldenCase& golden : golden_cases("none_observed")) {
    const auto trials = static_cast<std::int64_t>(golden.arguments[0][0]);
    const double found = none_observed_upper_bound(trials, golden.arguments[1][0]).value();
    expect_near(found, golden.expected[0], kTolerance, golden.line);
  }
}

TEST(Proportion, IntervalsHoldTheTruthAsOftenAsTheySay) {
  double wilson = 0;
  int num_chances = 0;
  for (double p = 0.02; p < 0.99; p += 0.01, ++num_chances) {
    EXPECT_GE(coverage(clopper_pearson_interval, 32, p), 0.95) << p;
    wilson += coverage(wilson_interval, 32, p);
  }
  EXPECT_NEAR(wilson / num_chances, 0.95, 0.01);
}

TEST(Proportion, RefusesCountsAndLevelsThatMakeNoSense) {
  EXPECT_FALSE(wilson_interval({.successes = 3, .trials = 2}));
  EXPECT_FALSE(wilson_interval({.successes = 0, .trials = 0}));
  EXPECT_FALSE(clopper_pearson_interval({.successes = -1, .trials = 2}));
  EXPECT_FALSE(clopper_pearson_interval({.successes = 1, .trials = 2}, 1.0));
  EXPECT_FALSE(none_observed_upper_bound(0));
  EXPECT_FALSE(wilson_interval({.successes = 1, .trials = 2}, std::nan("")));
}

TEST(WeightedMean, AgreesWithClusterRobustLeastSquares) {
  for (const GoldenCase& golden : golden_cases("hajek_mean")) {
    const WeightedMean found = hajek_mean(weighted_values(golden)).value();
    expect_near(found.mean, golden.expected[0], kTolerance, golden.line);
    expect_near(found.standard_error, golden.expected[1], kTolerance, golden.line);
    expect_near(found.interval.low, golden.expected[2], kTolerance, golden.line);
    expect_near(found.interval.high, golden.expected[3], kTolerance, golden.line);
  }
  for (const GoldenCase& golden : golden_cases("hajek_proportion")) {
    const WeightedMean found = hajek_proportion(weighted_values(golden)).value();
    expect_near(found.effective_size, golden.expected[0], kTolerance, golden.line);
    expect_near(found.interval.low, golden.expected[1], kTolerance, golden.line);
    expect_near(found.interval.high, golden.expected[2], kTolerance, golden.line);
  }
}

TEST(WeightedMean, WeightsUndoUnevenSampling) {
  // Bad messages are drawn four times as often as good ones; a fifth of all is bad.
  Random random(11);
  std::vector<WeightedValue> drawn;
  for (int i = 0; i < 40'000; ++i) {
    const bool is_bad = random.uniform() < 0.2;
    const double chance = is_bad ? 0.8 : 0.2;
    if (random.uniform() >= chance) continue;
    drawn.push_back(
        {.person = PersonId{i % 200}, .value = is_bad ? 1.0 : 0.0, .weight = 1 / chance});
  }
  const WeightedMean found = hajek_proportion(drawn).value();
  EXPECT_NEAR(found.mean, 0.2, 0.01);
  EXPECT_TRUE(found.interval.contains(0.2));
}

TEST(WeightedMean, UnanimousMessagesCountPeople) {
  std::vector<WeightedValue> values;
  for (int i = 0; i < 320; ++i) values.push_back({.person = PersonId{i % 32}, .value = 0});
  const WeightedMean found = hajek_proportion(values).value();
  EXPECT_EQ(found.interval, clopper_pearson_interval({.successes = 0, .trials = 32}).value());
}

TEST(WeightedMean, RefusesWhatCannotBeAveraged) {
  const std::vector<WeightedValue> one = {{.person = PersonId{1}, .value = 1},
                                          {.person = PersonId{1}, .value = 0}};
  EXPECT_FALSE(hajek_mean(one));
  EXPECT_FALSE(hajek_mean({}));
  std::vector<WeightedValue> values = {{.person = PersonId{1}, .value = 1},
                                       {.person = PersonId{2}, .value = 0.5}};
  EXPECT_TRUE(hajek_mean(values));
  EXPECT_FALSE(hajek_proportion(values));
  values[0].weight = 0;
  EXPECT_FALSE(hajek_mean(values));
  values[0] = {.person = PersonId{1}, .value = std::nan("")};
  EXPECT_FALSE(hajek_mean(values));
  EXPECT_FALSE(bootstrap_mean(values, {}));
}

TEST(Bootstrap, FindsTheStandardErrorOfAMean) {
  Random random(3);
  std::vector<WeightedValue> values;
  for (int i = 0; i < 200; ++i) values.push_back({.person = PersonId{i}, .value = random.normal()});
  const BootstrapResult found = bootstrap_mean(values, {.num_resamples = 4000}).value();
  const WeightedMean formula = hajek_mean(values).value();
  EXPECT_NEAR(found.estimate, formula.mean, 1e-12);
  EXPECT_NEAR(found.standard_error, formula.standard_error, 0.05 * formula.standard_error);
  EXPECT_NEAR(found.percentile.low, formula.interval.low, 0.1 * formula.standard_error);
  EXPECT_NEAR(found.bca.high, formula.interval.high, 0.15 * formula.standard_error);
}

TEST(Bootstrap, TheSameSeedGivesTheSameInterval) {
  Random random(5);
  const auto values = messages(random, 20, 0.5);
  const auto first = bootstrap_mean(values, {.seed = 9}).value();
  EXPECT_EQ(first.bca, bootstrap_mean(values, {.seed = 9}).value().bca);
  EXPECT_NE(first.bca, bootstrap_mean(values, {.seed = 10}).value().bca);
}

TEST(Bootstrap, LeavesOutResamplesWithoutAValue) {
  // A group of one person of three is missing from (2/3)³ of the resamples.
  const auto only_first = [](std::span<const double> times) -> std::optional<double> {
    return times[0] > 0 ? std::optional(times[1]) : std::nullopt;
  };
  const BootstrapResult found = bootstrap_clusters(3, only_first, {.num_resamples = 3000}).value();
  EXPECT_NEAR(found.num_undefined / 3000.0, 8.0 / 27, 0.03);
  const auto never = [](std::span<const double>) { return std::optional<double>(); };
  EXPECT_FALSE(bootstrap_clusters(3, never, {}));
  EXPECT_FALSE(bootstrap_clusters(1, only_first, {}));
  EXPECT_FALSE(bootstrap_clusters(3, only_first, {.num_resamples = 0}));
}

TEST(Bootstrap, ClusteredIntervalsHoldTheTruthWhereNaiveOnesDoNot) {
  // Chances spread around Φ(−1 / √(1 + ½²)) from person to person; an eighth of the people writes
  // more than half of the messages.
  const double truth = normal_cdf(-1 / std::sqrt(1.25));
  int bootstrap = 0;
  int hajek = 0;
  int naive = 0;
  constexpr int kStudies = 400;
  for (int study = 0; study < kStudies; ++study) {
    Random random(static_cast<std::uint64_t>(1000 + study));
    const auto values = messages(random, 48, 0.5);
    bootstrap += bootstrap_mean(values, {.num_resamples = 500}).value().bca.contains(truth);
    hajek += hajek_proportion(values).value().interval.contains(truth);
    std::int64_t ones = 0;
    for (const WeightedValue& value : values) ones += value.value == 1;
    naive +=
        wilson_interval({ones, static_cast<std::int64_t>(values.size())}).value().contains(truth);
  }
  // Seven talkative people carry the mean, which costs the bootstrap some percent.
  EXPECT_GE(bootstrap, 0.87 * kStudies);
  EXPECT_GE(hajek, 0.90 * kStudies);
  EXPECT_LE(naive, 0.75 * kStudies);
}

}  // namespace
}  // namespace falconet
