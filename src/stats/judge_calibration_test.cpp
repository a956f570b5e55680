#include "stats/judge_calibration.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace falconet {
namespace {

constexpr Resampling kFewResamples{.num_resamples = 400, .seed = 7};

/// `count` units, dealt to ten people in turn.
void add_units(std::vector<JudgedUnit>& units, int count, bool is_positive,
               std::optional<bool> truth, double weight = 1) {
  for (int i = 0; i < count; ++i) {
    units.push_back({PersonId{static_cast<int>(units.size()) % 10}, weight, is_positive, truth});
  }
}

// Sensitivity 0.9, specificity 0.8; the judge says yes to 130 of 300 and to 150 of 300 more:
// (280/600 + 0.8 − 1) / 0.7 = 8/21, by hand.
TEST(JudgeCalibration, CorrectsThePrevalenceAsRoganAndGladenDo) {
  std::vector<JudgedUnit> units;
  add_units(units, 90, true, true);
  add_units(units, 10, false, true);
  add_units(units, 40, true, false);
  add_units(units, 160, false, false);
  add_units(units, 150, true, {});
  add_units(units, 150, false, {});
  const auto found = calibrate_judge(units, kFewResamples);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->is_calibrated);
  EXPECT_NEAR(found->sensitivity.mean, 0.9, 1e-12);
  EXPECT_NEAR(found->specificity.mean, 0.8, 1e-12);
  EXPECT_NEAR(found->apparent_prevalence, 280.0 / 600, 1e-12);
  ASSERT_TRUE(found->prevalence);
  EXPECT_NEAR(*found->prevalence, 8.0 / 21, 1e-12);
  // Ten people with the same answers: whoever is drawn, the share stays.
  EXPECT_NEAR(found->prevalence_interval.low, 8.0 / 21, 1e-12);
  EXPECT_NEAR(found->prevalence_interval.high, 8.0 / 21, 1e-12);
}

// A unit that was drawn with half the chance stands for two.
TEST(JudgeCalibration, WeighsByTheInverseChance) {
  std::vector<JudgedUnit> units;
  add_units(units, 40, true, true, 2);
  add_units(units, 20, false, true, 1);
  add_units(units, 50, false, false, 1);
  const auto found = calibrate_judge(units, kFewResamples);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->sensitivity.mean, 80.0 / 100, 1e-12);
  EXPECT_NEAR(found->apparent_prevalence, 80.0 / 150, 1e-12);
}

TEST(JudgeCalibration, SaysNothingOfFewUnitsNorOfAJudgeByChance) {
  EXPECT_FALSE(rogan_gladen(0.5, 0.5, 0.5));
  EXPECT_EQ(rogan_gladen(0.1, 0.9, 0.8), 0.0) << "below what false alarms alone would give";
  std::vector<JudgedUnit> few;
  add_units(few, kLeastCalibrationUnits - 1, true, true);
  add_units(few, 100, false, false);
  const auto found = calibrate_judge(few, kFewResamples);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->is_calibrated);
  EXPECT_FALSE(found->prevalence);
  for (JudgedUnit& unit : few) unit.person = {1};
  EXPECT_FALSE(calibrate_judge(few, kFewResamples)) << "one person";
}

// 300 studies of 40 people, 20 answers each, a third of which people have judged; true prevalence
// about 30 %, different from person to person; sensitivity 85 %, specificity 90 %. The oracle is
// the share of positives among all units, which the analysis does not see.
TEST(JudgeCalibration, HoldsTheTrueShareAsOftenAsPromised) {
  constexpr std::uint64_t kSeed = 20'261'130;
  constexpr int kStudies = 300;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  Random random(kSeed);
  int num_covered = 0;
  double error_sum = 0;
  double naive_error_sum = 0;
  for (int study = 0; study < kStudies; ++study) {
    std::vector<JudgedUnit> units;
    for (int person = 0; person < 40; ++person) {
      const double rate = 0.1 + 0.4 * random.uniform();
      for (int i = 0; i < 20; ++i) {
        const bool truth = random.uniform() < rate;
        const bool is_positive = random.uniform() < (truth ? 0.85 : 0.10);
        const bool was_seen = random.uniform() < 1.0 / 3;
        units.push_back(
            {PersonId{person}, 1, is_positive, was_seen ? std::optional(truth) : std::nullopt});
      }
    }
    const auto found = calibrate_judge(units, kFewResamples);
    ASSERT_TRUE(found && found->prevalence);
    num_covered += found->prevalence_interval.contains(0.3) ? 1 : 0;
    error_sum += *found->prevalence - 0.3;
    naive_error_sum += found->apparent_prevalence - 0.3;
  }
  EXPECT_GE(num_covered, 0.91 * kStudies);  // 95 % promised; 3 standard deviations are 3.8 %
  EXPECT_LE(std::abs(error_sum / kStudies), 0.01);
  EXPECT_GT(naive_error_sum / kStudies, 0.015)
      << "0.3·0.85 + 0.7·0.1 = 0.325: the naive share errs";
}

}  // namespace
}  // namespace falconet
