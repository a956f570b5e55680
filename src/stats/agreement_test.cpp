#include "stats/agreement.h"

#include "base/random.h"
#include "stats/golden_test.h"

namespace falconet {
namespace {

constexpr double kTolerance = 1e-9;

Coding coding(double unit, double coder, double value) {
  return {UnitId{static_cast<std::int32_t>(unit)}, PersonId{static_cast<std::int32_t>(coder)},
          value};
}

// Two coders who see the truth with a chance of `accuracy` and guess otherwise.
std::vector<Coding> two_coders(Random& random, int num_units, double accuracy) {
  std::vector<Coding> codings;
  for (int unit = 0; unit < num_units; ++unit) {
    const auto truth = static_cast<double>(random.below(3));
    for (int coder = 0; coder < 2; ++coder) {
      const bool sees = random.uniform() < accuracy;
      codings.push_back(coding(unit, coder, sees ? truth : static_cast<double>(random.below(3))));
    }
  }
  return codings;
}

TEST(Agreement, AlphaAgreesWithKrippendorffsPackage) {
  for (const GoldenCase& golden : golden_cases("alpha")) {
    std::vector<Coding> codings;
    for (std::size_t i = 0; i < golden.arguments[0].size(); ++i) {
      codings.push_back(
          coding(golden.arguments[0][i], golden.arguments[1][i], golden.arguments[2][i]));
    }
    const Measurement measurements[] = {Measurement::Nominal, Measurement::Ordinal,
                                        Measurement::Interval};
    for (std::size_t m = 0; m < 3; ++m) {
      const Agreement found =
          krippendorff_alpha(codings, measurements[m], {.num_resamples = 200}).value();
      expect_near(found.alpha, golden.expected[m], kTolerance, golden.line);
      EXPECT_LT(found.interval.low, found.alpha);
      EXPECT_GT(found.interval.high, found.alpha);
    }
  }
}

TEST(Agreement, KappaAgreesWithStatsmodels) {
  for (const GoldenCase& golden : golden_cases("kappa")) {
    std::vector<Coding> codings;
    for (std::size_t i = 0; i < golden.arguments[0].size(); ++i) {
      codings.push_back(coding(static_cast<double>(i), 7, golden.arguments[0][i]));
      codings.push_back(coding(static_cast<double>(i), 9, golden.arguments[1][i]));
    }
    const auto pairs = pairwise_kappa(codings).value();
    ASSERT_EQ(pairs.size(), 1u);
    EXPECT_EQ(pairs[0].first, PersonId{7});
    EXPECT_EQ(pairs[0].second, PersonId{9});
    expect_near(pairs[0].kappa.value(), golden.expected[0], kTolerance, golden.line);
    expect_near(pairs[0].interval.low, golden.expected[1], kTolerance, golden.line);
    expect_near(pairs[0].interval.high, golden.expected[2], kTolerance, golden.line);
  }
}

TEST(Agreement, IntervalsHoldTheTruthAsOftenAsTheySay) {
  // Two coders agree with the chance a² + (1 − a²)/3, so that alpha is a² in the long run.
  int alpha = 0;
  int kappa = 0;
  constexpr int kStudies = 200;
  for (int study = 0; study < kStudies; ++study) {
    Random random(static_cast<std::uint64_t>(study + 1));
    const auto codings = two_coders(random, 60, 0.8);
    alpha += krippendorff_alpha(codings, Measurement::Nominal, {.num_resamples = 300})
                 .value()
                 .interval.contains(0.64);
    kappa += pairwise_kappa(codings).value()[0].interval.contains(0.64);
  }
  EXPECT_GE(alpha, 0.9 * kStudies);
  EXPECT_GE(kappa, 0.9 * kStudies);
  EXPECT_LT(alpha, kStudies);  // an interval that always holds it would say nothing
}

TEST(Agreement, SaysWhereNothingCanBeSaid) {
  const std::vector<Coding> twice = {coding(1, 1, 0), coding(1, 1, 1)};
  EXPECT_FALSE(krippendorff_alpha(twice, Measurement::Nominal, {}));
  EXPECT_FALSE(pairwise_kappa(twice));
  const std::vector<Coding> alone = {coding(1, 1, 0), coding(2, 2, 1)};
  EXPECT_FALSE(krippendorff_alpha(alone, Measurement::Nominal, {}));
  EXPECT_TRUE(pairwise_kappa(alone).value().empty());
  const std::vector<Coding> same = {coding(1, 1, 3), coding(1, 2, 3), coding(2, 1, 3),
                                    coding(2, 2, 3)};
  EXPECT_FALSE(krippendorff_alpha(same, Measurement::Ordinal, {}));
  EXPECT_FALSE(pairwise_kappa(same).value()[0].kappa.has_value());
  EXPECT_FALSE(krippendorff_alpha({}, Measurement::Nominal, {}));
  EXPECT_FALSE(pairwise_kappa(std::vector<Coding>{coding(1, 1, std::nan(""))}));
  std::vector<Coding> continuous;
  for (int i = 0; i < 300; ++i) continuous.push_back(coding(i / 2, i % 2, i * 0.1));
  EXPECT_EQ(krippendorff_alpha(continuous, Measurement::Interval, {}).error().code,
            ErrorCode::TooLarge);
}

}  // namespace
}  // namespace falconet
