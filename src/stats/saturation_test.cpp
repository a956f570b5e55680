#include "stats/saturation.h"

#include "base/random.h"
#include "stats/golden_test.h"

namespace falconet {
namespace {

TEST(Saturation, CurveIsTheMeanOverAllSmallerSamples) {
  for (const GoldenCase& golden : golden_cases("saturation")) {
    std::vector<std::int64_t> named;
    for (const double count : golden.arguments[0])
      named.push_back(static_cast<std::int64_t>(count));
    const auto found = theme_saturation(named, static_cast<int>(golden.arguments[1][0])).value();
    ASSERT_EQ(found.curve.size() + 1, golden.expected.size());
    for (std::size_t k = 0; k < found.curve.size(); ++k) {
      expect_near(found.curve[k], golden.expected[k], 1e-9, golden.line);
    }
    expect_near(found.estimated_themes, golden.expected.back(), 1e-9, golden.line);
  }
}

TEST(Saturation, EstimatesThemesThatNobodyNamed) {
  // 40 themes, of which 30 people with chances of 2 to 20 % name most: the estimate comes nearer to
  // the truth than the count, on average.
  double counted = 0;
  double estimated = 0;
  constexpr int kStudies = 200;
  for (int study = 0; study < kStudies; ++study) {
    Random random(static_cast<std::uint64_t>(study + 1));
    std::vector<std::int64_t> named(40);
    for (std::size_t t = 0; t < named.size(); ++t) {
      const double chance = 0.02 + 0.18 * static_cast<double>(t) / 39;
      for (int person = 0; person < 30; ++person) named[t] += random.uniform() < chance;
    }
    const auto found = theme_saturation(named, 30).value();
    counted += found.num_themes / 40.0 / kStudies;
    estimated += found.estimated_themes / 40.0 / kStudies;
  }
  EXPECT_LT(counted, 0.95);
  EXPECT_NEAR(estimated, 1, 0.04);
}

TEST(Saturation, RefusesCountsThatCannotBe) {
  EXPECT_FALSE(theme_saturation({}, 0));
  EXPECT_FALSE(theme_saturation(std::vector<std::int64_t>{4}, 3));
  EXPECT_FALSE(theme_saturation(std::vector<std::int64_t>{-1}, 3));
  EXPECT_FALSE(theme_saturation({}, 1'000'000));
  EXPECT_EQ(theme_saturation({}, 3).value().num_themes, 0);
}

}  // namespace
}  // namespace falconet
