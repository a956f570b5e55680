#include "stats/threshold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "stats/person_moments.h"
#include "stats/planted_study.h"
#include "stats/proportion.h"

namespace falconet {
namespace {

// Few resamples and studies, so that the tests take seconds; bench/threshold_bench.cpp measures
// hundreds of each design, and docs/statistics.md has its results.
constexpr ThresholdOptions kQuick = {.resampling = {.num_resamples = 199}};

TEST(Threshold, FindsPlantedThresholdsOfLengthAndTurn) {
  int tokens = 0;
  int turns = 0;
  int covered = 0;
  constexpr int kStudies = 2;
  for (std::uint64_t seed = 1; seed <= kStudies; ++seed) {
    const PlantedStudy study = plant_study(
        seed, {.tokens = {PlantedShape::Bend, 1.5}, .turns = {PlantedShape::Bend, 0.5}});
    const ThresholdFinding length = find_threshold(study.by_tokens(), kQuick).value();
    const ThresholdFinding turn = find_threshold(study.by_turns(), kQuick).value();
    tokens += length.verdict == Verdict::Threshold && length.slope_after > 0;
    turns += turn.verdict != Verdict::None && turn.slope_after > 0;
    covered += length.interval.contains(PlantedStudy::kTokenThreshold);
    covered += turn.interval.contains(PlantedStudy::kTurnThreshold);
    EXPECT_TRUE(length.interval.contains(length.threshold)) << seed;
  }
  EXPECT_GE(tokens, 1);
  EXPECT_GE(turns, 1);
  EXPECT_GE(covered, 3);
}

TEST(Threshold, FindsAJumpWhereItIs) {
  const PlantedStudy study = plant_study(3, {.tokens = {PlantedShape::Jump, 2}});
  const ThresholdFinding found = find_threshold(study.by_tokens(), kQuick).value();
  EXPECT_EQ(found.verdict, Verdict::Threshold);
  EXPECT_EQ(found.form, ThresholdForm::Jump);
  EXPECT_NEAR(found.threshold, 2000, 300);
  EXPECT_NEAR(found.slope_after, 2, 0.7);
}

TEST(Threshold, SeldomFindsAnythingInDataWithoutAnEffect) {
  int found = 0;
  constexpr int kStudies = 6;
  for (std::uint64_t seed = 1; seed <= kStudies; ++seed) {
    // Turns matter and go along with length, which does not.
    const PlantedStudy study =
        plant_study(seed, {.messages_per_person = 30, .turns = {PlantedShape::Bend, 0.5}});
    found += find_threshold(study.by_tokens(), kQuick).value().verdict != Verdict::None;
  }
  EXPECT_LE(found, 2);  // more than 2 of 6 at 5 %: a chance of 1 in 450
}

TEST(Threshold, CallsALineGradual) {
  int gradual = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const PlantedStudy study = plant_study(seed, {.tokens = {PlantedShape::Line, 0.6}});
    gradual += find_threshold(study.by_tokens(), kQuick).value().verdict == Verdict::Gradual;
  }
  EXPECT_GE(gradual, 1);
}

TEST(PersonMoments, ScoreTestHoldsItsLevelAndSeesAnEffect) {
  int level = 0;
  int power = 0;
  constexpr int kStudies = 150;
  for (std::uint64_t seed = 1; seed <= kStudies; ++seed) {
    const PlantedStudy study = plant_study(
        seed, {.num_people = 20, .messages_per_person = 15, .tokens = {PlantedShape::Line, 0.5}});
    const RegressionData base{.people = study.people, .outcomes = study.outcomes, .columns = {}};
    const PersonIndex index = index_people(study.people);
    const MixedMode null = mixed_mode(base, index, 0.01, 0.02).value();
    const auto p_value = [&](std::span<const double> column) {
      const auto fill = [&](std::size_t, std::span<double> out) {
        std::ranges::copy(column, out.begin());
      };
      const PersonMoments moments(base, index, null, {.count = 1, .fill = fill}, 0.01);
      return moments.largest_score_p_value({.num_resamples = 99, .seed = seed});
    };
    Random random(seed);
    std::vector<double> noise(study.tokens.size());
    for (double& value : noise) value = random.normal();
    std::vector<double> length = study.tokens;
    for (double& value : length) value = std::log2(value);
    level += p_value(noise) <= 0.05;
    power += p_value(length) <= 0.05;
  }
  EXPECT_LE(level, 0.1 * kStudies);  // 5 % ± 2.6 standard errors
  EXPECT_GE(power, 0.7 * kStudies);
}

TEST(Threshold, TheSameSeedGivesTheSameFinding) {
  const PlantedStudy study =
      plant_study(5, {.messages_per_person = 20, .tokens = {PlantedShape::Bend, 1.5}});
  const auto once = find_threshold(study.by_tokens(), kQuick).value();
  const auto again = find_threshold(study.by_tokens(), kQuick).value();
  EXPECT_EQ(once.interval, again.interval);
  EXPECT_EQ(once.effect_p, again.effect_p);
  EXPECT_EQ(once.line_p, again.line_p);
}

TEST(Threshold, TakesMessagesPutTogether) {
  PlantedStudy study =
      plant_study(8, {.messages_per_person = 20, .tokens = {PlantedShape::Bend, 1.5}});
  for (double& tokens : study.tokens) tokens = std::exp2(std::round(std::log2(tokens) * 4) / 4);
  const auto apart = find_threshold(
      {.people = study.people, .outcomes = study.outcomes, .axis = {study.tokens, AxisScale::Log2}},
      kQuick);
  std::map<std::pair<PersonId, double>, Count> cells;
  for (std::size_t r = 0; r < study.people.size(); ++r) {
    Count& cell = cells[{study.people[r], study.tokens[r]}];
    ++cell.trials;
    cell.successes += study.outcomes[r] == 1;
  }
  PlantedStudy put;
  std::vector<double> weights;
  for (const auto& [key, cell] : cells) {
    put.people.push_back(key.first);
    put.tokens.push_back(key.second);
    weights.push_back(static_cast<double>(cell.trials));
    put.outcomes.push_back(static_cast<double>(cell.successes) / weights.back());
  }
  const auto together = find_threshold({.people = put.people,
                                        .outcomes = put.outcomes,
                                        .weights = weights,
                                        .axis = {put.tokens, AxisScale::Log2}},
                                       kQuick);
  // The places differ a little, since quantiles are of rows.
  EXPECT_EQ(apart.value().verdict, together.value().verdict);
  EXPECT_NEAR(apart.value().threshold / together.value().threshold, 1, 0.05);
}

TEST(Threshold, SaysWhatDataItCannotUse) {
  PlantedStudy study = plant_study(5, {.num_people = 10, .messages_per_person = 10});
  EXPECT_TRUE(find_threshold(study.by_tokens(), kQuick));
  EXPECT_FALSE(find_threshold(study.by_tokens(), {.alpha = 0}));
  EXPECT_FALSE(find_threshold(study.by_tokens(), {.resampling = {.num_resamples = 1}}));
  const PlantedStudy few = plant_study(5, {.num_people = 7});
  EXPECT_FALSE(find_threshold(few.by_tokens(), kQuick));
  ThresholdData many = study.by_tokens();
  many.covariates.assign(65, study.turns);
  EXPECT_EQ(find_threshold(many, kQuick).error().code, ErrorCode::TooLarge);
  PlantedStudy flat = study;
  flat.tokens.assign(flat.tokens.size(), 100);
  EXPECT_FALSE(find_threshold(flat.by_tokens(), kQuick));
  EXPECT_TRUE(find_threshold(flat.by_turns(), kQuick));  // a constant curve is left out
  PlantedStudy zero = study;
  zero.tokens[0] = 0;
  EXPECT_FALSE(find_threshold(zero.by_tokens(), kQuick));
  PlantedStudy rated = study;
  rated.outcomes[0] = 1.5;
  EXPECT_FALSE(find_threshold(rated.by_tokens(), kQuick));
  PlantedStudy good = study;
  good.outcomes.assign(good.outcomes.size(), 0);
  EXPECT_FALSE(find_threshold(good.by_tokens(), kQuick));
  EXPECT_FALSE(find_threshold({}, kQuick));
}

TEST(Threshold, TakesAnAxisThatSeparatesTheOutcomes) {
  PlantedStudy study = plant_study(5, {.num_people = 12, .messages_per_person = 20});
  for (std::size_t r = 0; r < study.outcomes.size(); ++r) {
    study.outcomes[r] = study.tokens[r] > 2000 ? 1 : 0;
  }
  // A very steep line separates them as well, so that both verdicts are right.
  const ThresholdFinding found = find_threshold(study.by_tokens(), kQuick).value();
  EXPECT_NE(found.verdict, Verdict::None);
  EXPECT_TRUE(found.interval.contains(2000));
}

}  // namespace
}  // namespace falconet
