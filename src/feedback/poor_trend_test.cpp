// The trend's alarm keeps its promise; priorities and needed ratings are what their formulas say.
#include "feedback/poor_trend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <deque>

#include "base/random.h"
#include "feedback/problem_burden.h"
#include "feedback/ratings_needed.h"
#include "stats/power.h"

namespace falconet {
namespace {

constexpr std::int64_t kWeek = 7 * 86'400'000;
constexpr std::int64_t kMonday = 1'764'547'200'000;  // 2025-12-01

struct RatedWeeks {
  std::deque<StudyGeneration> generations = {};
  StudyRating rating = {};
  AnalysisTable table = {};
};

/// People with tendencies of their own rate now and then over eight weeks.
RatedWeeks rated_weeks(double poor_rate, double last_rate, std::uint64_t seed) {
  Random random(seed);
  RatedWeeks out;
  for (int person = 0; person < 30; ++person) {
    const double tendency = 0.7 * random.normal();
    const auto per_week = 1 + random.below(5);
    for (int week = 0; week < 8; ++week) {
      const double rate = week == 7 ? last_rate : poor_rate;
      const double log_odds = std::log(rate / (1 - rate)) + tendency;
      for (std::uint64_t i = 0; i < per_week; ++i) {
        StudyGeneration& generation = out.generations.emplace_back();
        generation.created = kMonday + week * kWeek + 1000 * person + static_cast<int>(i);
        out.table.rated.push_back({.generation = &generation,
                                   .rating = &out.rating,
                                   .person = PersonId{person},
                                   .is_poor = random.uniform() < 1 / (1 + std::exp(-log_odds))});
      }
    }
  }
  return out;
}

constexpr Resampling kTrendResamples = {.num_resamples = 10};

TEST(PoorTrend, RaisesFalseAlarmsAsSeldomAsItSays) {
  int num_alarms = 0;
  constexpr int kTrials = 1500;
  for (std::uint64_t seed = 1; seed <= kTrials; ++seed) {
    const RatedWeeks weeks = rated_weeks(0.15, 0.15, seed);
    num_alarms += poor_trend(weeks.table, kTrendResamples).is_alarm;
  }
  std::printf("%d alarms in %d trials without a change\n", num_alarms, kTrials);
  // 1 %: more than 28 of 1,500 with a chance of 0.1 %.
  EXPECT_LE(num_alarms, 28);
}

TEST(PoorTrend, RaisesAnAlarmWhenAnswersBecomeClearlyWorse) {
  int num_alarms = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const RatedWeeks weeks = rated_weeks(0.12, 0.35, seed);
    const PoorTrend trend = poor_trend(weeks.table, kTrendResamples);
    ASSERT_TRUE(trend.was_tested) << trend.reason;
    EXPECT_EQ(trend.weeks.size(), 8u);
    EXPECT_TRUE(trend.interval->contains(trend.change));
    num_alarms += trend.is_alarm;
  }
  std::printf("%d alarms of 100\n", num_alarms);
  EXPECT_GE(num_alarms, 85);
}

TEST(PoorTrend, BeginsWeeksOnMondays) {
  RatedWeeks weeks = rated_weeks(0.2, 0.2, 1);
  const PoorTrend trend = poor_trend(weeks.table, kTrendResamples);
  EXPECT_EQ(trend.weeks.front().start, kMonday);
  EXPECT_EQ(trend.weeks.back().start, kMonday + 7 * kWeek);
  EXPECT_EQ(date_text(0), "1970-01-01");
  EXPECT_EQ(date_text(951'782'400'000), "2000-02-29");
}

TEST(PoorTrend, SaysWhyItDoesNotTest) {
  const PoorTrend none = poor_trend(AnalysisTable(), kTrendResamples);
  EXPECT_FALSE(none.was_tested);
  EXPECT_FALSE(none.reason.empty());
  RatedWeeks weeks = rated_weeks(0.2, 0.2, 1);
  for (RatedAnswer& answer : weeks.table.rated) answer.is_poor = false;
  const PoorTrend content = poor_trend(weeks.table, kTrendResamples);
  EXPECT_FALSE(content.was_tested);
  EXPECT_FALSE(content.is_alarm);
}

TEST(ProblemBurden, IsTheShareOfAnswersTimesTheShareOfPeople) {
  std::vector<WeightedValue> values;
  for (int person = 0; person < 10; ++person) {
    for (int i = 0; i < 4; ++i)
      values.push_back({PersonId{person}, person < 5 && i < 2 ? 1.0 : 0, 1});
  }
  const auto burden = problem_burden(values, {});
  ASSERT_TRUE(burden);
  EXPECT_DOUBLE_EQ(burden->value, 0.25 * 0.5);  // 10 of 40 answers, 5 of 10 people
  ASSERT_TRUE(burden->interval);
  EXPECT_TRUE(burden->interval->contains(burden->value));
  // With k of 10 drawn people having it the product is (k/20)(k/10): binomial, 2.5 % and 97.5 %.
  EXPECT_NEAR(burden->interval->low, 0.02, 1e-9);
  EXPECT_NEAR(burden->interval->high, 0.32, 1e-9);
  EXPECT_FALSE(problem_burden(std::span(values).first(4), {})) << "one person";
}

TEST(RatingsNeeded, AreThoseOfTheSampleSizeFormulaTimesTheDesignEffect) {
  const MessageRate poor{
      .rate = 0.2, .num_people = 20, .num_messages = 300, .num_with = 60, .effective_size = 150};
  const auto needed = ratings_needed(poor);
  ASSERT_TRUE(needed);
  EXPECT_DOUBLE_EQ(needed->design_effect, 2);
  ASSERT_EQ(needed->rows.size(), 3u);
  const auto each = two_proportion_sample_size(0.2, 0.1, {.design_effect = 2}).value();
  EXPECT_EQ(needed->rows[0].needed, 2 * each);
  EXPECT_EQ(needed->rows[0].more, 2 * each - 300);
  EXPECT_LT(needed->rows[0].needed, needed->rows[1].needed);
  ASSERT_TRUE(needed->detectable);
  // What 300 ratings show is just what 300 ratings are needed for.
  const auto back =
      two_proportion_sample_size(0.2, 0.2 - *needed->detectable, {.design_effect = 2}).value();
  EXPECT_NEAR(static_cast<double>(2 * back), 300, 2);
  EXPECT_FALSE(ratings_needed(std::nullopt));
}

}  // namespace
}  // namespace falconet
