#include "base/random.h"
#include "stats/effect_size.h"
#include "stats/fisher.h"
#include "stats/golden_test.h"
#include "stats/mann_whitney.h"
#include "stats/multiple_testing.h"
#include "stats/paired_comparison.h"
#include "stats/permutation.h"
#include "stats/power.h"

namespace falconet {
namespace {

constexpr double kTolerance = 1e-9;

std::int64_t whole(const GoldenCase& golden, std::size_t list) {
  return static_cast<std::int64_t>(golden.arguments.at(list).at(0));
}

Count first_count(const GoldenCase& golden) { return {whole(golden, 0), whole(golden, 1)}; }
Count second_count(const GoldenCase& golden) { return {whole(golden, 2), whole(golden, 3)}; }

TEST(Fisher, AgreesWithSciPy) {
  for (const GoldenCase& golden : golden_cases("fisher")) {
    const Count a = first_count(golden);
    const Count b = second_count(golden);
    expect_near(fisher_exact(a, b).value(), golden.expected[0], kTolerance, golden.line);
    expect_near(fisher_exact(a, b, Tail::Lower).value(), golden.expected[1], kTolerance,
                golden.line);
    expect_near(fisher_exact(a, b, Tail::Upper).value(), golden.expected[2], kTolerance,
                golden.line);
  }
  EXPECT_FALSE(fisher_exact({.successes = 5, .trials = 4}, {.successes = 1, .trials = 4}));
}

TEST(Permutation, CountsAllDivisionsAsSciPyDoes) {
  for (const GoldenCase& golden : golden_cases("permutation")) {
    const auto& a = golden.arguments[0];
    const auto& b = golden.arguments[1];
    const Resampling all{.num_resamples = 5000};
    const PermutationResult both = permutation_test(a, b, all).value();
    EXPECT_TRUE(both.is_exact);
    expect_near(both.difference, golden.expected[0], kTolerance, golden.line);
    expect_near(both.p_value, golden.expected[1], kTolerance, golden.line);
    expect_near(permutation_test(a, b, all, Tail::Lower).value().p_value, golden.expected[2],
                kTolerance, golden.line);
    expect_near(permutation_test(a, b, all, Tail::Upper).value().p_value, golden.expected[3],
                kTolerance, golden.line);
  }
}

TEST(Permutation, DrawnDivisionsApproachTheExactValue) {
  const std::vector<double> a = {4.1, 3.9, 5.2, 4.8, 4.4, 5.0, 4.7};
  const std::vector<double> b = {3.8, 4.0, 4.3, 3.1, 4.2, 3.9, 4.6};
  const PermutationResult exact = permutation_test(a, b, {.num_resamples = 3432}).value();
  const PermutationResult drawn = permutation_test(a, b, {.num_resamples = 3431}).value();
  EXPECT_TRUE(exact.is_exact);
  EXPECT_FALSE(drawn.is_exact);
  EXPECT_NEAR(drawn.p_value, exact.p_value, 0.01);
  const std::vector<double> not_a_number = {std::nan("")};
  EXPECT_FALSE(permutation_test(a, not_a_number, {}));
  EXPECT_FALSE(permutation_test(a, {}, {}));
}

TEST(MannWhitney, AgreesWithSciPyAndWithAllDivisionsUnderTies) {
  for (const GoldenCase& golden : golden_cases("mann_whitney")) {
    const RankTestResult found = mann_whitney(golden.arguments[0], golden.arguments[1]).value();
    expect_near(found.u, golden.expected[0], kTolerance, golden.line);
    expect_near(found.p_value, golden.expected[1], kTolerance, golden.line);
    expect_near(found.cliffs_delta, golden.expected[2], kTolerance, golden.line);
    expect_near(found.delta_interval.low, golden.expected[3], kTolerance, golden.line);
    expect_near(found.delta_interval.high, golden.expected[4], kTolerance, golden.line);
  }
}

TEST(MannWhitney, SeparateGroupsHaveAnIntervalToo) {
  const std::vector<double> low = {1, 2, 3};
  const std::vector<double> high = {4, 5, 6, 7};
  const RankTestResult found = mann_whitney(high, low).value();
  EXPECT_EQ(found.cliffs_delta, 1);
  EXPECT_NEAR(found.p_value, 2.0 / 35, 1e-12);
  EXPECT_EQ(found.delta_interval.high, 1);
  EXPECT_LT(found.delta_interval.low, 0);
  const std::vector<double> same = {2, 2, 2};
  EXPECT_EQ(mann_whitney(same, same).value().p_value, 1);
  EXPECT_FALSE(mann_whitney(low, std::vector<double>{1}));
}

TEST(PairedComparison, AgreesWithStatsmodels) {
  for (const GoldenCase& golden : golden_cases("mcnemar")) {
    const PairedCounts pairs{.both = whole(golden, 0),
                             .only_first = whole(golden, 1),
                             .only_second = whole(golden, 2),
                             .neither = whole(golden, 3)};
    const PairedProportions found = mcnemar_exact(pairs).value();
    expect_near(found.p_value, golden.expected[0], kTolerance, golden.line);
    expect_near(found.difference, golden.expected[1], kTolerance, golden.line);
    expect_near(found.interval.low, golden.expected[2], kTolerance, golden.line);
    expect_near(found.interval.high, golden.expected[3], kTolerance, golden.line);
  }
  for (const GoldenCase& golden : golden_cases("sign_test")) {
    expect_near(sign_test(whole(golden, 0), whole(golden, 1)).value(), golden.expected[0],
                kTolerance, golden.line);
  }
  EXPECT_FALSE(mcnemar_exact({}));
  EXPECT_FALSE(sign_test(-1, 3));
}

TEST(PairedComparison, BootstrapsTheDifferenceByPerson) {
  Random random(8);
  std::vector<PairedValue> pairs;
  for (int i = 0; i < 300; ++i) {
    const double quality = random.normal();
    pairs.push_back({PersonId{i % 30}, quality, quality + 0.5 + 0.2 * random.normal()});
  }
  const BootstrapResult found = paired_bootstrap(pairs, {}).value();
  EXPECT_TRUE(found.bca.contains(0.5));
  EXPECT_LT(found.bca.high - found.bca.low, 0.1);
}

TEST(EffectSize, AgreesWithStatsmodels) {
  using Function = Result<EffectSize> (*)(const Count&, const Count&, double);
  const std::vector<std::pair<const char*, Function>> functions = {
      {"risk_difference", risk_difference}, {"risk_ratio", risk_ratio}, {"cohens_h", cohens_h}};
  for (const auto& [name, function] : functions) {
    for (const GoldenCase& golden : golden_cases(name)) {
      const auto found = function(first_count(golden), second_count(golden), 0.95).value();
      expect_near(found.value, golden.expected[0], kTolerance, golden.line);
      expect_near(found.interval.low, golden.expected[1], kTolerance, golden.line);
      expect_near(found.interval.high, golden.expected[2], kTolerance, golden.line);
    }
  }
}

TEST(EffectSize, HedgesGAgreesWithItsFormula) {
  for (const GoldenCase& golden : golden_cases("hedges_g")) {
    const EffectSize found = hedges_g(golden.arguments[0], golden.arguments[1]).value();
    expect_near(found.value, golden.expected[0], kTolerance, golden.line);
    expect_near(found.interval.low, golden.expected[1], kTolerance, golden.line);
    expect_near(found.interval.high, golden.expected[2], kTolerance, golden.line);
  }
  const std::vector<double> same = {1, 1, 1};
  EXPECT_FALSE(hedges_g(same, same));
  EXPECT_FALSE(hedges_g(same, std::vector<double>{1}));
}

TEST(MultipleTesting, AgreesWithStatsmodels) {
  for (const GoldenCase& golden : golden_cases("holm")) {
    const auto found = holm(golden.arguments[0]).value();
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_near(found[i], golden.expected.at(i), kTolerance, golden.line);
    }
  }
  for (const GoldenCase& golden : golden_cases("benjamini_hochberg")) {
    const auto found = benjamini_hochberg(golden.arguments[0]).value();
    for (std::size_t i = 0; i < found.size(); ++i) {
      expect_near(found[i], golden.expected.at(i), kTolerance, golden.line);
    }
  }
  EXPECT_FALSE(holm(std::vector<double>{0.1, 1.1}));
  EXPECT_FALSE(benjamini_hochberg(std::vector<double>{std::nan("")}));
  EXPECT_TRUE(holm({}).value().empty());
}

TEST(Power, AgreesWithItsFormula) {
  for (const GoldenCase& golden : golden_cases("power")) {
    const auto& v = golden.arguments;
    expect_near(two_proportion_power(v[0][0], v[1][0], v[2][0], v[3][0], {}).value(),
                golden.expected[0], kTolerance, golden.line);
  }
}

TEST(Power, SampleSizeAndDetectableDifferenceUndoIt) {
  // Fleiss, Levin and Paik's formula for 0.6 against 0.7 at 80 % gives 356.
  EXPECT_EQ(two_proportion_sample_size(0.6, 0.7, {}).value(), 356);
  EXPECT_EQ(two_proportion_sample_size(0.6, 0.7, {.design_effect = 2}).value(), 712);
  const double found = minimum_detectable_difference(0.25, 16, 16, Direction::Higher, {}).value();
  EXPECT_NEAR(two_proportion_power(0.25 + found, 0.25, 16, 16, {}).value(), 0.8, 1e-9);
  EXPECT_GT(found, 0.4);  // 32 people see only large differences
  EXPECT_FALSE(minimum_detectable_difference(0.25, 16, 16, Direction::Lower, {}));
  EXPECT_FALSE(two_proportion_sample_size(0.5, 0.5, {}));
  EXPECT_FALSE(two_proportion_power(1.5, 0.5, 10, 10, {}));
  EXPECT_FALSE(two_proportion_power(0.6, 0.5, 10, 10, {.alpha = 0}));
}

TEST(Power, IsTheShareOfStudiesThatFindTheDifference) {
  // 0.6 against 0.3 with 40 people a group, by the test that the formula describes.
  Random random(21);
  int found = 0;
  constexpr int kStudies = 20'000;
  for (int study = 0; study < kStudies; ++study) {
    int a = 0;
    int b = 0;
    for (int i = 0; i < 40; ++i) a += random.uniform() < 0.6;
    for (int i = 0; i < 40; ++i) b += random.uniform() < 0.3;
    const double pooled = (a + b) / 80.0;
    const double z = (a - b) / 40.0 / std::sqrt(pooled * (1 - pooled) * 2 / 40);
    found += z > 1.959964;
  }
  const double power = two_proportion_power(0.6, 0.3, 40, 40, {}).value();
  EXPECT_NEAR(static_cast<double>(found) / kStudies, power, 0.02);  // counts are lumpy
}

}  // namespace
}  // namespace falconet
