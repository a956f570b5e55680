// The report: what it must say, that it is safe to open, and that it is the same each time.
#include "feedback/report.h"

#include <gmock/gmock.h>

#include "feedback/simulation.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

FeedbackAnalysis analysis_of(const FeedbackRecords& records) {
  FeedbackFolder folder;
  folder.records = records;
  AnalysisOptions options;
  options.resampling.num_resamples = 100;
  return analyze_feedback(folder, options).value();
}

class Report : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    study_ = new FeedbackRecords(simulate_study(SimulationSpec(), 7).value().records);
    analysis_ = new FeedbackAnalysis(analysis_of(*study_));
  }
  static void TearDownTestSuite() {
    delete analysis_;
    delete study_;
  }
  static FeedbackRecords* study_;
  static FeedbackAnalysis* analysis_;
};
FeedbackRecords* Report::study_ = nullptr;
FeedbackAnalysis* Report::analysis_ = nullptr;

TEST_F(Report, HasEveryFindingWithItsSuggestionInBothLanguages) {
  for (const auto language : {ReportLanguage::English, ReportLanguage::Chinese}) {
    const ReportDocument report = report_of(*analysis_, language);
    const std::string html = report_html(report);
    const std::string markdown = report_markdown(report);
    ASSERT_FALSE(analysis_->findings.empty());
    for (const Finding& finding : analysis_->findings) {
      const std::string label(issue_category_label(finding.category, language));
      if (finding.kind != FindingKind::SegmentDifference) {
        EXPECT_THAT(html, HasSubstr(label));
      }
      if (finding.suggestion == nullptr) continue;
      const bool is_chinese = language == ReportLanguage::Chinese;
      EXPECT_THAT(markdown, HasSubstr(std::string(is_chinese ? finding.suggestion->chinese
                                                             : finding.suggestion->english)
                                          .substr(0, 20)));
    }
    EXPECT_THAT(html, HasSubstr("<svg"));
    EXPECT_THAT(html, HasSubstr(report.warning)) << "simulated data says so";
    EXPECT_FALSE(report.warning.empty());
  }
}

TEST_F(Report, IsTheSameBytesForTheSameData) {
  const std::string again = report_html(report_of(analysis_of(*study_), ReportLanguage::English));
  EXPECT_EQ(report_html(report_of(*analysis_, ReportLanguage::English)), again);
}

TEST_F(Report, HasEveryChartAsATable) {
  for (const ReportSection& section : report_of(*analysis_, ReportLanguage::English).sections) {
    for (const ReportChart& chart : section.charts) {
      ASSERT_EQ(chart.bars.size(), chart.table.rows.size());
      for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        EXPECT_EQ(chart.bars[i].label, chart.table.rows[i][0]);
        EXPECT_LE(chart.bars[i].interval.low, chart.bars[i].share);
        EXPECT_GE(chart.bars[i].interval.high, chart.bars[i].share);
      }
    }
  }
}

TEST_F(Report, TakesPeoplesWordsForWords) {
  FeedbackRecords records = *study_;
  for (StudyRating& rating : records.ratings) {
    if (!rating.comment.empty()) rating.comment += " <script>alert(1)</script> | `x` [y](z)";
  }
  const ReportDocument report = report_of(analysis_of(records), ReportLanguage::English);
  const std::string html = report_html(report);
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http"))) << "nothing from elsewhere";
  EXPECT_THAT(report_markdown(report), HasSubstr("\\<script\\>alert(1)\\</script\\> \\| \\`x\\`"));
}

TEST(ReportOfLittle, SaysThatItIsLittle) {
  FeedbackRecords records;
  records.participants.push_back({.id = "p"});
  records.generations.push_back({.id = "g", .participant_id = "p"});
  records.ratings.push_back({.id = "r", .generation_id = "g", .value = 1});
  const std::string text =
      report_markdown(report_of(analysis_of(records), ReportLanguage::English));
  EXPECT_THAT(text, HasSubstr("Nothing that the data could carry"));
  EXPECT_THAT(text, HasSubstr("Too few probes"));
  EXPECT_THAT(text, Not(HasSubstr("Simulated")));
}

}  // namespace
}  // namespace falconet
