// Questionnaires counted by hand, and intervals that hold what they promise.
#include "feedback/survey_results.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "feedback/survey_report.h"
#include "stats/proportion.h"

namespace falconet {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Not;

/// Six people: five answer, one of them nothing but the first question; one is not to be quoted.
class SurveyResults : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 6; ++i) {
      records_.participants.push_back({.id = person(i), .consented = 1, .may_be_quoted = i != 1});
    }
    const std::vector<SurveyChoice> choices = {{"memory", "Memory", "记忆"},
                                               {"style", "Style", "风格"}};
    records_.surveys = {{.id = "s",
                         .title = "End",
                         .title_zh = "结束",
                         .questions = {{.id = "sus", .type = "sus", .most = 100},
                                       {.id = "which", .type = "multiple", .choices = choices},
                                       {.id = "nps", .type = "nps", .most = 10},
                                       {.id = "csat", .type = "csat", .least = 1, .most = 5},
                                       {.id = "grid", .type = "matrix", .least = 1, .most = 5},
                                       {.id = "grid/a", .type = "likert", .least = 1, .most = 5},
                                       {.id = "order", .type = "ranking", .choices = choices},
                                       {.id = "why", .type = "long_text", .text_en = "Why?"}}}};
    const double sus[] = {50, 70, 80, 90, 60};
    for (int i = 0; i < 5; ++i) give(i, {.question_id = "sus", .number = sus[i]});
    for (int i = 0; i < 4; ++i) {
      give(i, {.question_id = "which", .choices = i < 3 ? Texts{"memory"} : Texts{"style", "new"}});
      give(i, {.question_id = "nps", .number = i < 2 ? 9.0 : i == 2 ? 7.0 : 0.0});
      give(i, {.question_id = "csat", .number = i < 3 ? 5.0 : 1.0});
      give(i, {.question_id = "grid/a", .number = 1.0 + i});
      give(i, {.question_id = "order/memory", .number = i < 3 ? 1.0 : 2.0});
      give(i, {.question_id = "order/style", .number = i < 3 ? 2.0 : 1.0});
    }
    give(4, {.question_id = "which"});  // shown and left out
    give(0, {.question_id = "why", .text = "slow, write to bob@example.com"});
    give(1, {.question_id = "why", .text = "never to be read"});
    give(0, {.question_id = "gone", .number = 1});
  }

  using Texts = std::vector<std::string>;
  static std::string person(int i) { return "p" + std::to_string(i); }
  void give(int i, SurveyAnswer answer) {
    answer.survey_id = "s";
    answer.participant_id = person(i);
    records_.survey_answers.push_back(std::move(answer));
  }

  SurveyResult result(std::optional<Provenance> only = {}) {
    const IssueClassifier classifier;
    const AnalysisTable table = make_analysis_table(records_, classifier, only);
    return survey_results(table, 0.95, only).at(0);
  }
  static const QuestionResult& question(const SurveyResult& result, const std::string& id) {
    for (const QuestionResult& each : result.questions) {
      if (each.question.id == id) return each;
    }
    ADD_FAILURE() << id;
    return result.questions.front();
  }

  FeedbackRecords records_;
};

TEST_F(SurveyResults, CountPeopleWithWilsonsInterval) {
  const SurveyResult all = result();
  EXPECT_EQ(all.responded.with, 5);
  EXPECT_EQ(all.responded.people, 6);
  const QuestionResult& which = question(all, "which");
  EXPECT_EQ(which.answered.with, 4);
  EXPECT_EQ(which.answered.people, 5) << "one saw it and left it out";
  ASSERT_EQ(which.values.size(), 3u) << "what is no choice any more is counted under its id";
  EXPECT_EQ(which.values[0].rate.with, 3);
  const Interval wilson = wilson_interval({.successes = 3, .trials = 4}).value();
  EXPECT_EQ(which.values[0].rate.interval->low, wilson.low);
  EXPECT_EQ(which.values[2].choice.id, "new");
  EXPECT_EQ(all.num_unknown, 1);
}

/// 50, 70, 80, 90, 60: mean 70, deviation √250 = 15.811, t(0.975, 4) = 2.776445 (a table of
/// Student's distribution), so 70 ± 2.776445 · 15.811 / √5 = 19.633.
TEST_F(SurveyResults, GiveMeansWithStudentsInterval) {
  const SurveyResult all = result();
  const MeanEstimate mean = *question(all, "sus").mean;
  EXPECT_EQ(mean.mean, 70);
  EXPECT_THAT(mean.interval->low, DoubleNear(70 - 19.633, 0.001));
  EXPECT_THAT(mean.interval->high, DoubleNear(70 + 19.633, 0.001));
  EXPECT_TRUE(question(all, "sus").values.empty()) << "a hundred steps are no table";
  EXPECT_EQ(question(all, "grid/a").mean->mean, 2.5);
  EXPECT_EQ(question(all, "grid/a").values[0].rate.with, 1);
  EXPECT_EQ(question(all, "grid").answered.with, 4) << "its rows are its answers";
}

TEST_F(SurveyResults, ScorePromotersSatisfactionAndPlaces) {
  const SurveyResult all = result();
  const NetPromoters nps = *question(all, "nps").net_promoters;
  EXPECT_EQ(nps.promoters, 2);
  EXPECT_EQ(nps.passives, 1);
  EXPECT_EQ(nps.detractors, 1);
  EXPECT_EQ(nps.score, 25);
  EXPECT_EQ(question(all, "csat").satisfied->with, 3);
  const QuestionResult& order = question(all, "order");
  EXPECT_EQ(order.values[0].mean_place, 1.25);
  EXPECT_EQ(order.values[0].rate.with, 3) << "put first";
}

TEST_F(SurveyResults, QuoteOnlyWhoAllowsItAndNoPersonalData) {
  const QuestionResult why = question(result(), "why");
  EXPECT_EQ(why.answered.with, 2) << "the other counts";
  ASSERT_EQ(why.texts.size(), 1u);
  EXPECT_EQ(why.texts[0], "slow, write to [e-mail]");
}

TEST_F(SurveyResults, OfOneOriginAreThoseAlone) {
  records_.survey_answers[0].provenance = Provenance::Imported;
  EXPECT_EQ(question(result(Provenance::Live), "sus").answered.with, 4);
}

TEST_F(SurveyResults, InAReportHideWhatIsOfFewPeople) {
  FeedbackFolder folder{.records = records_};
  const FeedbackAnalysis analysis = analyze_feedback(folder, {}).value();
  ASSERT_EQ(analysis.surveys.size(), 1u);
  const FeedbackAnalysis shown = without_small_groups(analysis, 5);
  EXPECT_TRUE(question(shown.surveys[0], "which").is_hidden) << "four answered";
  EXPECT_FALSE(question(shown.surveys[0], "sus").is_hidden);
  const std::string report = report_markdown(report_of(analysis, ReportLanguage::Chinese));
  EXPECT_THAT(report, HasSubstr("问卷：结束"));
  EXPECT_THAT(report, HasSubstr("均值 70.0"));
  EXPECT_THAT(report, Not(HasSubstr("slow, write"))) << "two answered";
  EXPECT_THAT(report_markdown(report_of(analysis, ReportLanguage::English, 1)),
              HasSubstr("slow, write to"));
  EXPECT_EQ(surveys_json(analysis.surveys)[0]["questions"][0]["mean"]["mean"], 70);
}

TEST_F(SurveyResults, OfWhatTheyAreIsSaidInTheReport) {
  FeedbackFolder folder{.records = records_};
  const auto report_with = [&](const RecordFilter& filter) {
    const FeedbackAnalysis analysis = analyze_feedback(folder, {.filter = filter}).value();
    return report_markdown(report_of(analysis, ReportLanguage::English));
  };
  EXPECT_THAT(report_with({}), Not(HasSubstr("Restricted to")));
  EXPECT_THAT(report_with({.from = 1'764'000'000'000, .model = "small"}),
              HasSubstr("Restricted to: from 2025-11-24; model small (UTC). Questionnaires"));
}

/// 4,000 studies of 20 people, of whom 50 % are promoters, 30 % passive and 20 % detractors (true
/// score 30), and as many where 95 % are promoters: the interval must hold the truth in 93 to 98 %.
TEST(NetPromoterInterval, HoldsTheTruthAsOftenAsItPromises) {
  constexpr std::uint64_t kSeed = 20161;
  constexpr int kStudies = 4000;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (const auto& [promoter, passive] : {std::pair{0.5, 0.3}, std::pair{0.95, 0.04}}) {
    const double truth = 100 * (promoter - (1 - promoter - passive));
    int num_held = 0;
    for (int study = 0; study < kStudies; ++study) {
      std::int64_t counts[3] = {};
      for (int i = 0; i < 20; ++i) {
        const double drawn = random.uniform();
        ++counts[drawn < promoter ? 0 : drawn < promoter + passive ? 1 : 2];
      }
      const Interval interval = net_promoters(counts[0], counts[1], counts[2], 0.95).interval;
      num_held += interval.low <= truth && truth <= interval.high ? 1 : 0;
    }
    EXPECT_GE(num_held, 0.93 * kStudies) << promoter;
  }
}

}  // namespace
}  // namespace falconet
