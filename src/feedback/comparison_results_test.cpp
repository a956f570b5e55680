// Pairs of answers with a planted preference, and without one: what is said of them.
#include "feedback/comparison_results.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/random.h"
#include "base/strings.h"
#include "feedback/arm_results.h"
#include "feedback/feedback_analysis.h"
#include "feedback/report.h"
#include "formats/temporary_folder.h"

namespace falconet {
namespace {

using testing::HasSubstr;

/// A study in which people compare "large" with "small".
class PairStudy {
 public:
  /// `num_pairs` verdicts of one person, who finds large better with this chance and sees no
  /// difference in a fifth of all.
  void add_person(int num_pairs, double chance) {
    const std::string person = cat("p", records.participants.size());
    records.participants.push_back({.id = person});
    for (int i = 0; i < num_pairs; ++i) {
      const bool is_tie = random_.uniform() < 0.2;
      const bool is_large = random_.uniform() < chance;
      add_pair(person, is_tie     ? ComparisonChoice::Tie
                       : is_large ? ComparisonChoice::Second
                                  : ComparisonChoice::First);
    }
  }

  void add_pair(const std::string& person, std::optional<ComparisonChoice> choice) {
    const std::string id = cat(records.comparisons.size());
    for (const char* arm : {"small", "large"}) {
      records.generations.push_back({.id = cat(arm, id), .participant_id = person, .arm = arm});
    }
    records.comparisons.push_back({.id = id,
                                   .participant_id = person,
                                   .first_generation_id = "small" + id,
                                   .second_generation_id = "large" + id,
                                   .first = "small",
                                   .second = "large",
                                   .is_first_left = random_.uniform() < 0.5,
                                   .choice = choice,
                                   .answered = ++now_});
  }

  ComparisonResults results() const {
    const IssueClassifier classifier;
    const AnalysisTable table = make_analysis_table(records, classifier, {});
    return comparison_results(table, {.num_resamples = 200}, {});
  }

  FeedbackAnalysis analysis() const {
    const FeedbackFolder folder{.records = records};
    auto analysis = analyze_feedback(folder, {.resampling = {.num_resamples = 200}});
    EXPECT_TRUE(analysis) << (analysis ? "" : analysis.error().message);
    return *std::move(analysis);
  }

  FeedbackRecords records;

 private:
  Random random_{20261130};
  UnixMillis now_ = 0;
};

TEST(ComparisonResults, FindAPlantedPreference) {
  PairStudy study;
  for (int i = 0; i < 20; ++i) study.add_person(12, 0.75);
  const ComparisonResults results = study.results();
  EXPECT_EQ(results.num_offered, 240);
  EXPECT_EQ(results.num_judged, 240);
  ASSERT_EQ(results.pairs.size(), 1u);
  const ContestantPair& pair = results.pairs[0];
  EXPECT_EQ(pair.first, "large") << "by name, whatever the record's order";
  EXPECT_EQ(pair.second, "small");
  EXPECT_EQ(pair.num_people, 20);
  EXPECT_EQ(pair.num_judged(), 240);
  EXPECT_GT(pair.first_wins, pair.second_wins);
  EXPECT_LT(pair.p_value.value_or(1), 0.01);
  // Davidson's model: the log odds without ties are log(0.75 / 0.25) = 1.10.
  ASSERT_TRUE(pair.log_odds_interval);
  EXPECT_TRUE(pair.log_odds_interval->contains(std::log(3.0)));
  ASSERT_TRUE(results.left);
  EXPECT_TRUE(results.left->interval.contains(0.5)) << "sides were chance";
}

TEST(ComparisonResults, PromiseNoMoreFalsePreferencesThanFivePercent) {
  int num_found = 0;
  constexpr int kStudies = 300;
  Random random(7);
  for (int i = 0; i < kStudies; ++i) {
    PairStudy study;
    // People differ in taste; on average neither is better.
    for (int person = 0; person < 14; ++person) study.add_person(10, random.uniform());
    const auto pairs = study.results().pairs;
    num_found += pairs.front().p_value.value_or(1) < 0.05 ? 1 : 0;
  }
  // The exact test is conservative; 5 % and three standard deviations of 300 draws.
  EXPECT_LE(num_found, 15 + 11);
}

TEST(ComparisonResults, TestNoFewPeopleAndGiveNoOddsToWhoNeverLost) {
  PairStudy study;
  for (int i = 0; i < 4; ++i) study.add_person(10, 0.7);
  EXPECT_FALSE(study.results().pairs[0].p_value) << "four people";
  PairStudy clear;
  for (int i = 0; i < 8; ++i) {
    clear.add_person(0, 0);
    clear.add_pair(cat("p", i), ComparisonChoice::Second);
  }
  const ContestantPair pair = clear.results().pairs[0];
  EXPECT_NEAR(pair.p_value.value_or(1), 0.0078125, 1e-12) << "2 / 2^8";
  EXPECT_FALSE(pair.log_odds) << "they would be infinite";
}

TEST(ComparisonResults, LeaveOutWhatWasNotSaidAndWhoWithdrew) {
  PairStudy study;
  for (int i = 0; i < 6; ++i) study.add_person(3, 0.5);
  study.add_pair("p0", std::nullopt);
  study.records.participants[1].withdrawn = 1;  // and what they said with them
  const ComparisonResults results = study.results();
  EXPECT_EQ(results.num_offered, 5 * 3 + 1);
  EXPECT_EQ(results.num_judged, 5 * 3);
  EXPECT_EQ(results.pairs[0].num_people, 5);
}

TEST(ComparisonResults, StandInFindingsReportAndFolder) {
  PairStudy study;
  for (int i = 0; i < 20; ++i) study.add_person(12, 0.8);
  const FeedbackAnalysis analysis = study.analysis();
  const auto found =
      std::find_if(analysis.findings.begin(), analysis.findings.end(),
                   [](const Finding& finding) { return finding.kind == FindingKind::Preference; });
  ASSERT_NE(found, analysis.findings.end());
  EXPECT_EQ(found->preferred, "large");
  EXPECT_EQ(found->over, "small");
  EXPECT_EQ(found->of_people, 20);
  const Json json = parse_json(analysis_json(analysis)).value();
  EXPECT_EQ(json["comparisons"]["pairs"][0]["people"], 20);
  EXPECT_EQ(json["arms"].size(), 2u);
  EXPECT_EQ(json["arms"][0]["arm"], "large");
  EXPECT_EQ(json["arms"][0]["answers"], 240);
  EXPECT_THAT(report_markdown(report_of(analysis, ReportLanguage::English)),
              HasSubstr("large is preferred to small side by side"));
  EXPECT_THAT(report_markdown(report_of(analysis, ReportLanguage::Chinese)),
              HasSubstr("large 优于 small"));
  const TemporaryFolder folder;
  ASSERT_TRUE(write_feedback_folder(study.records, folder.path() / "study"));
  const auto read = read_feedback_folder(folder.path() / "study");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->num_bad_lines, 0);
  ASSERT_EQ(read->records.comparisons.size(), 240u);
  EXPECT_EQ(read->records.comparisons[5].choice, study.records.comparisons[5].choice);
  EXPECT_EQ(read->records.comparisons[5].is_first_left, study.records.comparisons[5].is_first_left);
}

TEST(ComparisonResults, OfAFewAreNotInAReport) {
  PairStudy study;
  for (int i = 0; i < 4; ++i) study.add_person(12, 0.8);
  const FeedbackAnalysis shown = without_small_groups(study.analysis(), 5);
  EXPECT_TRUE(shown.comparisons.pairs.empty());
  EXPECT_TRUE(shown.arms.empty());
}

class PairedExperiments : public testing::Test {
 protected:
  void judge_by(int num_people, ComparisonChoice choice) {
    for (int i = 0; i < num_people; ++i) {
      study.add_person(0, 0);
      study.add_pair(study.records.participants.back().id, choice);
    }
    for (StudyGeneration& generation : study.records.generations) {
      const bool is_first = generation.arm == "small" || generation.arm == "e/first";
      generation.arm = arm_label(experiment.id, is_first ? Arm::First : Arm::Second);
    }
  }

  Experiment experiment{.id = {"e"},
                        .first = {"small"},
                        .second = {"large"},
                        .people_per_arm = 8,
                        .kind = ExperimentKind::SideBySide};
  PairStudy study;
};

TEST_F(PairedExperiments, TellNothingUntilEnoughPeopleHaveJudged) {
  judge_by(7, ComparisonChoice::Second);
  const PairedExperimentResult early = judge_pairs(experiment, study.records);
  EXPECT_FALSE(early.is_decided);
  EXPECT_EQ(early.pair.num_people, 7);
  EXPECT_EQ(early.pair.num_judged(), 0) << "nobody may look at it yet";
  EXPECT_FALSE(early.pair.p_value);
  judge_by(1, ComparisonChoice::Second);
  const PairedExperimentResult decided = judge_pairs(experiment, study.records);
  EXPECT_TRUE(decided.is_decided);
  EXPECT_EQ(decided.verdict, TrialVerdict::Improved);
  EXPECT_EQ(decided.pair.first, "small") << "in the experiment's order";
  EXPECT_EQ(decided.pair.second_wins, 8);
  judge_by(20, ComparisonChoice::First);
  EXPECT_EQ(judge_pairs(experiment, study.records).verdict, TrialVerdict::Improved)
      << "later verdicts change nothing";
}

TEST_F(PairedExperiments, SayWorseAndNotEnough) {
  judge_by(8, ComparisonChoice::First);
  EXPECT_EQ(judge_pairs(experiment, study.records).verdict, TrialVerdict::Worse);
  study = PairStudy();
  judge_by(4, ComparisonChoice::First);
  judge_by(4, ComparisonChoice::Second);
  EXPECT_EQ(judge_pairs(experiment, study.records).verdict, TrialVerdict::NotEnoughData);
}

TEST(ArmOutcomes, AreNamedAsTheirExperimentsSay) {
  const Experiment experiment{.id = {"e"}, .first = {"as it is"}, .second = {"brief"}};
  std::vector<StudyGeneration> generations = {
      {.arm = "e/first"}, {.arm = "e/second"}, {.arm = "x/first"}, {.arm = ""}};
  name_arms({experiment}, generations);
  EXPECT_EQ(generations[0].arm, "as it is");
  EXPECT_EQ(generations[1].arm, "brief");
  EXPECT_EQ(generations[2].arm, "x/first") << "of an experiment that is gone";
  EXPECT_EQ(generations[3].arm, "");
}

}  // namespace
}  // namespace falconet
