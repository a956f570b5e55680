#include "feedback/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "base/json.h"
#include "feedback/issue_classifier.h"
#include "feedback/record_json.h"

namespace falconet {
namespace {

using testing::HasSubstr;

std::string text_of(const SimulatedStudy& study) {
  std::string text;
  for (const auto& record : study.records.generations) text += to_json_line(record);
  for (const auto& record : study.records.ratings) text += to_json_line(record);
  for (const auto& record : study.records.survey_answers) text += to_json_line(record);
  for (const auto& record : study.records.interviews) text += to_json_line(record);
  return text;
}

SimulatedStudy simulate(const SimulationSpec& spec, std::uint64_t seed) {
  auto study = simulate_study(spec, seed);
  EXPECT_TRUE(study);
  return study ? std::move(*study) : SimulatedStudy();
}

TEST(Simulation, GivesTheSameStudyForTheSameSeedAndAnotherForAnother) {
  const SimulationSpec spec;
  EXPECT_EQ(text_of(simulate(spec, 7)), text_of(simulate(spec, 7)));
  EXPECT_NE(text_of(simulate(spec, 7)), text_of(simulate(spec, 8)));
}

TEST(Simulation, HasThePeopleOfTheModelStudy) {
  const SimulatedStudy study = simulate({}, 1);
  std::map<std::string, int> active;
  int num_absent = 0;
  std::set<std::string> generated;
  for (const auto& generation : study.records.generations) {
    generated.insert(generation.participant_id);
  }
  for (const auto& participant : study.records.participants) {
    if (generated.contains(participant.id)) {
      ++active[participant.segment];
    } else {
      ++num_absent;
    }
  }
  EXPECT_EQ(active, (std::map<std::string, int>{{"local_ai_developer", 15},
                                                {"edge_lead", 8},
                                                {"student_researcher", 6},
                                                {"hobbyist", 3}}));
  EXPECT_EQ(num_absent, 8);
}

TEST(Simulation, LaterTurnsHaveLongerPrompts) {
  const SimulatedStudy study = simulate({}, 3);
  double sum_turn = 0, sum_log = 0, sum_both = 0, sum_turn2 = 0, sum_log2 = 0;
  for (const auto& generation : study.records.generations) {
    const auto turn = static_cast<double>(generation.turn);
    const double log_tokens = std::log2(static_cast<double>(generation.prompt_tokens));
    sum_turn += turn;
    sum_log += log_tokens;
    sum_both += turn * log_tokens;
    sum_turn2 += turn * turn;
    sum_log2 += log_tokens * log_tokens;
  }
  const auto n = static_cast<double>(study.records.generations.size());
  const double covariance = sum_both / n - sum_turn / n * sum_log / n;
  const double correlation = covariance / std::sqrt((sum_turn2 / n - std::pow(sum_turn / n, 2)) *
                                                    (sum_log2 / n - std::pow(sum_log / n, 2)));
  EXPECT_GT(correlation, 0.3);
  EXPECT_LT(correlation, 0.9);
}

TEST(Simulation, PlantsWhatTheSpecSays) {
  SimulationSpec spec;
  spec.generations_per_person = 1000;
  const SimulatedStudy study = simulate(spec, 5);
  const SimulationTruth& truth = study.truth;
  const double malformed =
      static_cast<double>(truth.num_malformed) / static_cast<double>(truth.num_structured);
  EXPECT_NEAR(malformed, spec.malformed_rate, 0.01);
  EXPECT_EQ(truth.causes[index_of(IssueCategory::Safety)], 0);
  EXPECT_GT(truth.causes[index_of(IssueCategory::LongText)], 0);
  // Voluntary ratings are worse than the answers, probes are not.
  double num[2] = {}, poor[2] = {};
  for (const auto& rating : study.records.ratings) {
    if (!rating.value) continue;
    const int i = rating.trigger == RatingTrigger::Probe ? 1 : 0;
    num[i] += 1;
    const bool is_thumb = rating.scale == RatingScale::Thumbs;
    poor[i] += (is_thumb ? *rating.value < 0 : *rating.value <= 4) ? 1 : 0;
  }
  const double true_rate =
      static_cast<double>(truth.num_poor) / static_cast<double>(truth.num_answers);
  EXPECT_NEAR(poor[1] / num[1], true_rate, 0.01);
  EXPECT_GT(poor[0] / num[0], 1.5 * true_rate);
}

TEST(Simulation, TheNullStudyPlantsNothing) {
  const SimulationSpec spec = null_simulation();
  EXPECT_EQ(poor_log_odds(spec, 4000, 12), poor_log_odds(spec, 10, 1));
  const SimulatedStudy study = simulate(spec, 2);
  EXPECT_EQ(study.truth.num_malformed, 0);
  EXPECT_GT(study.truth.num_structured, 0);
  for (const auto category : {IssueCategory::LongText, IssueCategory::Memory, IssueCategory::Style,
                              IssueCategory::FunctionCalling}) {
    EXPECT_EQ(study.truth.causes[index_of(category)], 0);
  }
}

TEST(Simulation, ReadsASpecAndRefusesSlips) {
  const auto spec = parse_simulation_spec(
      R"({"preset":"null","length":{"threshold":1500,"slope":3},
          "segments":[{"name":"a","count":4}],"num_talkative":0})");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->length.threshold, 1500);
  EXPECT_EQ(spec->turn.slope, 0);
  ASSERT_EQ(spec->segments.size(), 1u);
  const auto again = parse_simulation_spec(simulation_spec_json(*spec));
  ASSERT_TRUE(again);
  EXPECT_EQ(simulation_spec_json(*again), simulation_spec_json(*spec));
  for (const char* bad :
       {R"({"malformd_rate":0.1})", R"({"malformed_rate":2})", R"({"preset":"other"})",
        R"({"segments":[]})", R"({"segments":[{"count":3}]})", R"({"length":{"threshold":0}})",
        R"({"length":5})", R"({"base_poor_rate":0})", R"({"context_max":1e30})", R"([])", "{",
        R"({"segments":[{"name":"a","count":9999999}]})"}) {
    EXPECT_FALSE(parse_simulation_spec(bad)) << bad;
  }
}

TEST(Simulation, RefusesMoreThanMemoryHolds) {
  SimulationSpec spec;
  spec.generations_per_person = 100'000;
  spec.segments = {{"crowd", 50'000, 0.5}};
  const auto study = simulate_study(spec, 1);
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().code, ErrorCode::TooLarge);
}

TEST(Simulation, TheTruthStandsBesideTheSpec) {
  const SimulationSpec spec;
  const SimulatedStudy study = simulate(spec, 4);
  const auto json = parse_json(truth_json(spec, 4, study.truth));
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["spec"]["length"]["threshold"], 2000);
  EXPECT_EQ((*json)["seed"], 4);
  EXPECT_GT((*json)["poor_rate"].get<double>(), 0.05);
}

// The comments are to be understood by the rules, or the simulation would test their gaps only.
TEST(Simulation, CommentsSpeakOfTheirCause) {
  const SimulatedStudy study = simulate({}, 6);
  const IssueClassifier classifier;
  int num_comments = 0;
  int num_labelled = 0;
  for (const auto& utterance : study.records.interviews) {
    if (!utterance.is_participant) continue;
    const IssueLabels labels = classifier.classify({.text = utterance.text});
    ++num_comments;
    const std::string& code = utterance.codes.at(0);
    const auto category = issue_category_of(code.substr(code.find('/') + 1));
    for (const auto* side : {&labels.problems, &labels.praises}) {
      for (const IssueLabel& label : *side) num_labelled += label.category == category ? 1 : 0;
    }
  }
  EXPECT_GT(num_comments, 20);
  EXPECT_GE(num_labelled, num_comments * 85 / 100);
}

}  // namespace
}  // namespace falconet
