// Drivers: what was planted is found, with its size, and chance is not taken for a driver.
#include "feedback/drivers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <deque>

#include "base/random.h"
#include "feedback/exploration_text.h"

namespace falconet {
namespace {

struct PlantedAnswers {
  std::deque<StudyGeneration> generations = {};
  std::deque<StudyRating> ratings = {};
  AnalysisTable table = {};
};

struct DriverPlan {
  int num_people = 40;
  int num_each = 30;
  double long_prompt = 0;  // log odds
  double person_spread = 0.5;
  double probe_share = 0;  // of the ratings; they are drawn with 0.5 where poor, and good ones too
};

PlantedAnswers plant_drivers(const DriverPlan& plan, std::uint64_t seed) {
  Random random(seed);
  PlantedAnswers out;
  for (int person = 0; person < plan.num_people; ++person) {
    const double tendency = plan.person_spread * random.normal();
    for (int i = 0; i < plan.num_each; ++i) {
      StudyGeneration& generation = out.generations.emplace_back();
      const bool is_long = random.uniform() < 0.4;
      generation.prompt_tokens = is_long ? 3000 : 500;
      generation.turn = random.uniform() < 0.5 ? 8 : 2;
      generation.language = random.uniform() < 0.5 ? "zh" : "en";
      generation.evicted_messages = random.uniform() < 0.3 ? 2 : 0;
      const double log_odds = -1.5 + tendency + (is_long ? plan.long_prompt : 0);
      const bool is_poor = random.uniform() < 1 / (1 + std::exp(-log_odds));
      StudyRating& rating = out.ratings.emplace_back();
      rating.value = is_poor ? -1 : 1;
      out.table.rated.push_back({.generation = &generation,
                                 .rating = &rating,
                                 .person = PersonId{person},
                                 .is_poor = is_poor});
    }
  }
  return out;
}

const Driver* find_driver(const DriverResult& result, std::string_view name) {
  for (const Driver& driver : result.drivers) {
    if (driver.name == name) return &driver;
  }
  return nullptr;
}

constexpr Resampling kFewResamples = {.num_resamples = 50};

TEST(Drivers, FindWhatWasPlantedWithItsSize) {
  int num_covered = 0;
  int num_found = 0;
  constexpr int kStudies = 40;
  for (std::uint64_t seed = 1; seed <= kStudies; ++seed) {
    const PlantedAnswers planted = plant_drivers({.long_prompt = 1.2, .person_spread = 0.3}, seed);
    const DriverResult result = drivers_of(planted.table, kFewResamples);
    const Driver* driver = find_driver(result, "long_prompt");
    ASSERT_NE(driver, nullptr);
    ASSERT_TRUE(driver->effect);
    num_found += driver->effect->q_value < kDriverRate;
    num_covered += driver->effect->odds_interval.contains(std::exp(1.2));
    ASSERT_TRUE(driver->effect->bootstrap);
    EXPECT_TRUE(driver->effect->bootstrap->contains(driver->effect->log_odds));
  }
  std::printf("of %d studies: found %d, covered %d\n", kStudies, num_found, num_covered);
  EXPECT_EQ(num_found, kStudies);
  // The marginal odds ratio is a little nearer to 1 than the planted one; 95 % less that.
  EXPECT_GE(num_covered, kStudies * 85 / 100);
}

TEST(Drivers, TakeChanceForADriverNoMoreOftenThanPromised) {
  int num_false = 0;
  constexpr int kStudies = 200;
  for (std::uint64_t seed = 1; seed <= kStudies; ++seed) {
    const PlantedAnswers planted =
        plant_drivers({.num_people = 32, .num_each = 20, .person_spread = 0.8}, seed);
    bool has_false = false;
    for (const Driver& driver : drivers_of(planted.table, {.num_resamples = 10}).drivers) {
      has_false |= driver.effect && driver.effect->q_value < kDriverRate;
    }
    num_false += has_false;
  }
  std::printf("%d of %d studies without an effect had a driver\n", num_false, kStudies);
  EXPECT_LE(num_false, 22);  // 5 %: at most 20 with a chance of 99.9 %; t with few people adds some
}

TEST(Drivers, LeaveOutWhatTooFewPeopleHave) {
  PlantedAnswers planted = plant_drivers({}, 1);
  for (std::size_t i = 0; i < 4 * 30; ++i) planted.generations[i].finish_reason = "length";
  const DriverResult result = drivers_of(planted.table, kFewResamples);
  EXPECT_EQ(find_driver(result, "cut_off"), nullptr) << "four people";
  EXPECT_NE(find_driver(result, "late_turn"), nullptr);
}

TEST(Drivers, GiveNoOddsWhereAllAnswersWithItArePoor) {
  PlantedAnswers planted = plant_drivers({}, 3);
  for (std::size_t i = 0; i < planted.generations.size(); i += 40) {
    planted.generations[i].structured_outcome = StructuredOutcome::ParseError;
    planted.table.rated[i].is_poor = true;
  }
  const DriverResult result = drivers_of(planted.table, kFewResamples);
  const Driver* driver = find_driver(result, "malformed");
  ASSERT_NE(driver, nullptr);
  EXPECT_EQ(driver->poor_with, 1);
  EXPECT_FALSE(driver->effect);
  EXPECT_EQ(result.drivers.front().name, "malformed") << "none is stronger";
}

// Every poor answer has one of two complaints, and no good one has any: neither column separates
// the ratings alone, both together do.
TEST(Drivers, GiveNoOddsWhereComplaintsSeparateTheRatingsTogether) {
  PlantedAnswers planted = plant_drivers({}, 4);
  for (std::size_t i = 0; i < planted.ratings.size(); ++i) {
    planted.ratings[i].comment = "words";
    RatedAnswer& answer = planted.table.rated[i];
    const auto category = i % 2 == 0 ? IssueCategory::Speed : IssueCategory::Style;
    if (answer.is_poor) answer.labels.problems.push_back({.category = category});
  }
  planted.table.rated[0].labels.problems = {{.category = IssueCategory::Speed}};
  planted.table.rated[0].is_poor = false;
  planted.table.rated[1].labels.problems = {{.category = IssueCategory::Style}};
  planted.table.rated[1].is_poor = false;
  const DriverResult result = drivers_of(planted.table, kFewResamples);
  const Driver* speed = find_driver(result, "speed");
  ASSERT_NE(speed, nullptr);
  EXPECT_LT(speed->poor_with, 1);
  EXPECT_FALSE(speed->effect);
}

TEST(Drivers, SayWhyThereAreNone) {
  const DriverResult none = drivers_of(AnalysisTable(), kFewResamples);
  EXPECT_FALSE(none.was_tested);
  EXPECT_FALSE(none.reason.empty());
  PlantedAnswers planted = plant_drivers({}, 1);
  for (RatedAnswer& answer : planted.table.rated) answer.is_poor = true;
  const DriverResult all_poor = drivers_of(planted.table, kFewResamples);
  EXPECT_FALSE(all_poor.was_tested) << "nothing varies";
  EXPECT_FALSE(all_poor.reason.empty());
}

TEST(Drivers, AreCalledAssociationsAndNoCauses) {
  const PlantedAnswers planted = plant_drivers({.long_prompt = 1.2}, 2);
  const ReportSection section =
      drivers_section(drivers_of(planted.table, kFewResamples), ReportLanguage::English);
  ASSERT_EQ(section.paragraphs.size(), 1u);
  EXPECT_EQ(section.paragraphs[0].find("Associations, not causes"), 0u);
  EXPECT_EQ(section.tables[0].columns[0], "Associated with");
}

}  // namespace
}  // namespace falconet
