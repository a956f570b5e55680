#include "feedback/feedback_analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "feedback/simulation.h"

namespace falconet {
namespace {

using testing::HasSubstr;

FeedbackAnalysis analyze(const FeedbackRecords& records, const AnalysisOptions& options = {}) {
  auto analysis = analyze_feedback({.records = records}, options);
  EXPECT_TRUE(analysis) << (analysis ? "" : analysis.error().message);
  return analysis ? std::move(*analysis) : FeedbackAnalysis();
}

SimulatedStudy simulated(const SimulationSpec& spec, std::uint64_t seed) {
  auto study = simulate_study(spec, seed);
  EXPECT_TRUE(study);
  return study ? std::move(*study) : SimulatedStudy();
}

const Finding* find(const FeedbackAnalysis& analysis, IssueCategory category, FindingKind kind) {
  for (const Finding& finding : analysis.findings) {
    if (finding.category == category && finding.kind == kind) return &finding;
  }
  return nullptr;
}

/// Ten people with one rated answer each, the first `num_poor` of them poor.
FeedbackRecords ten_people(int num_poor) {
  FeedbackRecords records;
  for (int i = 0; i < 10; ++i) {
    const std::string number = cat(i);
    records.participants.push_back({.id = "p" + number, .segment = i < 5 ? "a" : "b"});
    records.generations.push_back({.id = "g" + number,
                                   .participant_id = "p" + number,
                                   .turn = 1 + i % 3,
                                   .prompt_tokens = 100 + 10 * i});
    records.ratings.push_back({.id = "r" + number,
                               .generation_id = "g" + number,
                               .value = i < num_poor ? -1.0 : 1.0,
                               .comment = i < num_poor ? "it made up a date" : "fast"});
  }
  return records;
}

TEST(FeedbackAnalysis, FindsWhatTheModelStudyFound) {
  const SimulatedStudy study = simulated({}, 1);
  const FeedbackAnalysis analysis = analyze(study.records);
  const Finding* length = find(analysis, IssueCategory::LongText, FindingKind::Threshold);
  ASSERT_NE(length, nullptr);
  EXPECT_TRUE(length->threshold_interval->contains(2000));
  const Finding* turn = find(analysis, IssueCategory::Memory, FindingKind::Threshold);
  ASSERT_NE(turn, nullptr);
  EXPECT_TRUE(turn->threshold_interval->contains(5));
  const Finding* calls = find(analysis, IssueCategory::FunctionCalling, FindingKind::Rate);
  ASSERT_NE(calls, nullptr);
  EXPECT_EQ(calls->suggestion->id, "constrain_output");
  const Finding* style = find(analysis, IssueCategory::Style, FindingKind::Rate);
  ASSERT_NE(style, nullptr);
  EXPECT_EQ(style->suggestion->id, "persona");
  EXPECT_FALSE(style->quotes.empty());
  EXPECT_NE(find(analysis, IssueCategory::Safety, FindingKind::NoneObserved), nullptr);
  EXPECT_NE(find(analysis, IssueCategory::Reasoning, FindingKind::Praise), nullptr);
}

TEST(FeedbackAnalysis, GivesTheSameBytesForTheSameStudy) {
  SimulationSpec spec;
  spec.generations_per_person = 15;
  const SimulatedStudy study = simulated(spec, 3);
  const FeedbackAnalysis a = analyze(study.records);
  const FeedbackAnalysis b = analyze(study.records);
  EXPECT_EQ(analysis_json(a), analysis_json(b));
  EXPECT_EQ(analysis_text(a, ReportLanguage::Chinese), analysis_text(b, ReportLanguage::Chinese));
}

TEST(FeedbackAnalysis, ProbesUndoTheBiasOfVoluntaryRatings) {
  SimulationSpec spec;
  spec.voluntary_poor_rate = 0.6;
  const SimulatedStudy study = simulated(spec, 11);
  const FeedbackAnalysis analysis = analyze(study.records);
  const double truth =
      static_cast<double>(study.truth.num_poor) / static_cast<double>(study.truth.num_answers);
  ASSERT_TRUE(analysis.categories.poor);
  EXPECT_EQ(analysis.categories.basis, RatingBasis::Probes);
  EXPECT_TRUE(analysis.categories.poor->interval.contains(truth)) << truth;
  EXPECT_GT(analysis.flow.poor_share_voluntary, 1.5 * truth);
}

TEST(FeedbackAnalysis, CountsPeopleByWilsonAndMarksVoluntaryRatings) {
  const FeedbackAnalysis analysis = analyze(ten_people(3));
  EXPECT_EQ(analysis.categories.basis, RatingBasis::All);
  const CategoryResult& factual = analysis.categories.categories[index_of(IssueCategory::Factual)];
  EXPECT_EQ(factual.reported.with, 3);
  EXPECT_EQ(factual.reported.people, 10);
  ASSERT_TRUE(factual.reported.interval);
  EXPECT_NEAR(factual.reported.interval->low, 0.1078, 1e-4);  // Wilson 1927 for 3 of 10
  EXPECT_NEAR(factual.reported.interval->high, 0.6032, 1e-4);
  EXPECT_EQ(factual.problem_quotes.size(), 1u);  // the same text once
  EXPECT_THAT(analysis_text(analysis, ReportLanguage::English), HasSubstr("Too few probes"));
}

TEST(FeedbackAnalysis, OnePersonWhoSaysItTwentyTimesIsOnePerson) {
  FeedbackRecords records = ten_people(0);
  for (int i = 0; i < 20; ++i) {
    records.generations.push_back({.id = cat("x", i), .participant_id = "p0"});
    records.ratings.push_back(
        {.id = cat("y", i), .generation_id = cat("x", i), .value = -1.0, .comment = "too slow"});
  }
  const FeedbackAnalysis analysis = analyze(records);
  const CategoryResult& speed = analysis.categories.categories[index_of(IssueCategory::Speed)];
  EXPECT_EQ(speed.reported.with, 1);
  ASSERT_TRUE(speed.problem);
  EXPECT_EQ(speed.problem->num_with, 20);
  EXPECT_EQ(speed.problem->num_people_with, 1);
  EXPECT_LT(speed.problem->effective_size, 12);
  EXPECT_GT(speed.problem->interval.high - speed.problem->interval.low, 0.5);
}

TEST(FeedbackAnalysis, NothingRemainsOfPeopleWhoWithdrew) {
  FeedbackRecords records = ten_people(3);
  records.participants[0].withdrawn = 5;
  const FeedbackAnalysis analysis = analyze(records);
  EXPECT_EQ(analysis.flow.num_withdrawn, 1);
  EXPECT_EQ(analysis.flow.num_answers, 9);
  EXPECT_EQ(analysis.categories.categories[index_of(IssueCategory::Factual)].reported.with, 2);
  EXPECT_EQ(analysis_json(analysis).find("\"p0\""), std::string::npos);
}

TEST(FeedbackAnalysis, KeepsOriginsApart) {
  FeedbackRecords records = ten_people(3);
  for (int i = 0; i < 4; ++i) {
    records.generations[static_cast<std::size_t>(i)].provenance = Provenance::Imported;
  }
  for (const auto& [person, provenance] :
       {std::pair("p0", Provenance::Imported), std::pair("p9", Provenance::Live)}) {
    const std::string text = cat("Write to ", person, "@example.org");
    records.survey_answers.push_back({.survey_id = "s",
                                      .question_id = "q",
                                      .participant_id = person,
                                      .text = text,
                                      .provenance = provenance});
    records.interviews.push_back({.id = cat("u", person),
                                  .interview_id = "i",
                                  .participant_id = person,
                                  .text = text,
                                  .provenance = provenance});
  }
  const FeedbackAnalysis all = analyze(records);
  EXPECT_EQ(all.answers_by_provenance[0], 6);
  EXPECT_EQ(all.answers_by_provenance[1], 4);
  EXPECT_EQ(all.redacted.total(), 4) << "what people wrote is read";
  const FeedbackAnalysis live = analyze(records, {.only = Provenance::Live});
  EXPECT_EQ(live.flow.num_answers, 6);
  EXPECT_EQ(live.redacted.total(), 2);
  const auto none = analyze_feedback({.records = records}, {.only = Provenance::Replayed});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

TEST(FeedbackAnalysis, SmallGroupsAreDescribedAndNotTested) {
  FeedbackRecords records = ten_people(3);
  records.participants[4].segment = "b";
  const FeedbackAnalysis analysis = analyze(records);
  ASSERT_EQ(analysis.segments.size(), 2u);
  EXPECT_EQ(analysis.segments[0].num_people, 4);
  EXPECT_FALSE(analysis.segments[0].p_value);
}

TEST(FeedbackAnalysis, SaysWhyItCouldNotTest) {
  FeedbackRecords records = ten_people(3);
  records.participants.resize(1);
  records.generations.resize(1);
  records.ratings.resize(1);
  const FeedbackAnalysis analysis = analyze(records);
  EXPECT_FALSE(analysis.curves.length.was_tested);
  EXPECT_FALSE(analysis.curves.length.reason.empty());
  EXPECT_FALSE(analysis.categories.poor);  // one person says nothing about others
  EXPECT_TRUE(parse_json(analysis_json(analysis)));
}

TEST(FeedbackAnalysis, TakesRecordsOfEveryShape) {
  FeedbackRecords records;
  records.participants.push_back({.id = "p"});
  EXPECT_TRUE(parse_json(analysis_json(analyze(records))));
  records.generations.push_back({.id = "g", .participant_id = "p", .turn = 0});
  records.ratings.push_back(
      {.id = "r", .generation_id = "g", .trigger = RatingTrigger::Probe, .probability = 0.5});
  records.interviews.push_back({.id = "u", .participant_id = "p", .text = "\xff", .codes = {"?"}});
  const FeedbackAnalysis analysis = analyze(records);
  EXPECT_EQ(analysis.flow.num_probes_shown, 1);
  EXPECT_EQ(analysis.flow.num_probes_answered, 0);
  EXPECT_FALSE(analysis_text(analysis, ReportLanguage::English).empty());
}

// How often the analysis is right, over many studies. One by default; FALCONET_STUDIES=200 for
// the figures of docs/feedback-data.md.
int num_studies() {
  const char* wanted = std::getenv("FALCONET_STUDIES");
  return wanted == nullptr ? 1 : std::max(1, std::atoi(wanted));
}

TEST(FeedbackAnalysis, IntervalsCoverWhatWasPlanted) {
  const int n = num_studies();
  int length_found = 0, length_covered = 0, turn_found = 0, turn_covered = 0;
  int malformed_covered = 0, poor_covered = 0, calls_found = 0, style_found = 0;
  for (int seed = 1; seed <= n; ++seed) {
    const SimulationSpec spec;
    const SimulatedStudy study = simulated(spec, static_cast<std::uint64_t>(seed));
    const FeedbackAnalysis analysis = analyze(study.records);
    const Finding* length = find(analysis, IssueCategory::LongText, FindingKind::Threshold);
    const Finding* turn = find(analysis, IssueCategory::Memory, FindingKind::Threshold);
    length_found += length != nullptr;
    turn_found += turn != nullptr;
    length_covered += length != nullptr && length->threshold_interval->contains(2000);
    turn_covered += turn != nullptr && turn->threshold_interval->contains(5);
    malformed_covered += analysis.structured.failed->interval.contains(spec.malformed_rate);
    const double poor =
        static_cast<double>(study.truth.num_poor) / static_cast<double>(study.truth.num_answers);
    poor_covered += analysis.categories.poor->interval.contains(poor);
    calls_found += find(analysis, IssueCategory::FunctionCalling, FindingKind::Rate) != nullptr;
    style_found += find(analysis, IssueCategory::Style, FindingKind::Rate) != nullptr;
  }
  std::printf(
      "%d studies: length threshold found %d, covered %d; turn threshold found %d, covered %d; "
      "malformed rate covered %d, found %d; poor rate covered %d; style found %d\n",
      n, length_found, length_covered, turn_found, turn_covered, malformed_covered, calls_found,
      poor_covered, style_found);
  // Whether a threshold is found at all is a matter of power (docs/feedback-data.md).
  EXPECT_GE(length_covered, length_found * 8 / 10);
  EXPECT_GE(turn_covered, turn_found * 8 / 10);
  EXPECT_GE(malformed_covered, n * 8 / 10);
  EXPECT_GE(poor_covered, n * 8 / 10);
}

TEST(FeedbackAnalysis, FindsNothingWhereNothingWasPlanted) {
  const int n = num_studies();
  int num_false = 0;
  for (int seed = 1; seed <= n; ++seed) {
    const SimulatedStudy study = simulated(null_simulation(), static_cast<std::uint64_t>(seed));
    const FeedbackAnalysis analysis = analyze(study.records);
    bool has_false = false;
    for (const Finding& finding : analysis.findings) {
      const bool is_tested = finding.kind == FindingKind::Threshold ||
                             finding.kind == FindingKind::Gradual ||
                             finding.kind == FindingKind::SegmentDifference;
      const bool is_planted_nowhere =
          finding.kind == FindingKind::Rate &&
          (finding.category == IssueCategory::LongText ||
           finding.category == IssueCategory::Memory || finding.category == IssueCategory::Style ||
           finding.category == IssueCategory::FunctionCalling ||
           finding.category == IssueCategory::Safety);
      has_false |= is_tested || is_planted_nowhere;
    }
    num_false += has_false;
  }
  std::printf("%d null studies: %d with a false finding\n", n, num_false);
  EXPECT_LE(num_false, 1 + n / 10);
}

}  // namespace
}  // namespace falconet
