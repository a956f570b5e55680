// Small groups in reports: nothing of fewer than k people is shown, and nothing hidden can be
// computed.
#include "feedback/small_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/json.h"
#include "base/random.h"
#include "feedback/report.h"
#include "feedback/simulation.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Every value that the hidden cell `which` may have, given the shown ones and the sum: cells that
/// are hidden hold at least one person.
std::set<std::int64_t> possible_values(const std::vector<std::int64_t>& people,
                                       const std::vector<char>& hidden, std::size_t which) {
  std::int64_t rest = 0;
  std::int64_t num_others = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (hidden[i] == 0) continue;
    rest += people[i];
    num_others += i == which ? 0 : 1;
  }
  std::set<std::int64_t> values;
  for (std::int64_t value = 1; value <= rest; ++value) {
    const std::int64_t left = rest - value;
    if (num_others == 0 ? left == 0 : left >= num_others) values.insert(value);
  }
  return values;
}

TEST(SmallGroups, NoHiddenCellCanBeComputedFromTheTotal) {
  const std::uint64_t seed = 20261130;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  int num_hidden = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::int64_t> people(2 + random.below(6));
    std::int64_t sum = 0;
    for (auto& count : people) sum += count = static_cast<std::int64_t>(random.below(14));
    const std::vector<char> hidden = hidden_cells(people, kLeastShownPeople);
    std::int64_t hidden_sum = 0;
    std::int64_t num_cells = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
      EXPECT_FALSE(hidden[i] == 0 && people[i] > 0 && people[i] < kLeastShownPeople);
      hidden_sum += hidden[i] != 0 ? people[i] : 0;
      num_cells += hidden[i];
    }
    if (num_cells == 0) continue;
    ++num_hidden;
    const bool is_everything = hidden_sum == sum;  // nothing is left to hide: the total goes too
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (hidden[i] == 0 || is_everything) continue;
      EXPECT_GE(possible_values(people, hidden, i).size(), 2u);
      EXPECT_GE(hidden_sum, kLeastShownPeople);
    }
  }
  EXPECT_GT(num_hidden, 1000);
}

class SmallGroupsOfAStudy : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    FeedbackFolder folder;
    folder.records = simulate_study(SimulationSpec(), 7).value().records;
    AnalysisOptions options;
    options.resampling.num_resamples = 100;
    analysis_ = new FeedbackAnalysis(analyze_feedback(folder, options).value());
  }
  static void TearDownTestSuite() { delete analysis_; }
  static FeedbackAnalysis* analysis_;
};
FeedbackAnalysis* SmallGroupsOfAStudy::analysis_ = nullptr;

// The model study has segments of 15, 8, 6 and 3 people.
TEST_F(SmallGroupsOfAStudy, MergesTheSmallestSegmentWithTheNextOne) {
  const FeedbackAnalysis shown = without_small_groups(*analysis_, 5);
  ASSERT_EQ(shown.flow.segments.size(), 3u);
  EXPECT_EQ(shown.flow.segments.back().segment, kMergedSegment);
  EXPECT_EQ(shown.flow.segments.back().active, 9);  // 6 + 3
  EXPECT_EQ(shown.hidden->num_merged_segments, 2);
  for (const SegmentResult& row : shown.segments) {
    EXPECT_NE(row.segment, "hobbyist");
    EXPECT_NE(row.segment, "student_researcher") << "its complement would give the hobbyists away";
  }
}

TEST_F(SmallGroupsOfAStudy, ShowsNoCountOfFewerPeopleAnywhere) {
  for (const std::int64_t least : {5, 8, 12}) {
    const FeedbackAnalysis shown = without_small_groups(*analysis_, least);
    const auto is_shown_small = [&](std::int64_t people) { return people > 0 && people < least; };
    for (const SegmentFlow& flow : shown.flow.segments) {
      for (const std::int64_t count : {flow.invited, flow.consented, flow.active, flow.rated,
                                       flow.surveyed, flow.interviewed}) {
        EXPECT_FALSE(is_shown_small(count)) << flow.segment << " " << count;
      }
    }
    for (const SegmentResult& row : shown.segments) EXPECT_FALSE(is_shown_small(row.num_people));
    for (const QualityCurve* curve : {&shown.curves.length, &shown.curves.turn}) {
      for (const CurveBin& bin : curve->bins) EXPECT_FALSE(is_shown_small(bin.poor.num_people));
    }
    for (const Theme& theme : shown.themes.themes) EXPECT_FALSE(is_shown_small(theme.num_people));
    for (const Finding& finding : shown.findings) EXPECT_FALSE(is_shown_small(finding.people));
    for (const CategoryResult& row : shown.categories.categories) {
      EXPECT_FALSE(is_shown_small(row.reported.with));
      EXPECT_FALSE(is_shown_small(row.praised.with));
    }
  }
}

TEST_F(SmallGroupsOfAStudy, ReportsSayWhatIsMissingAndHideNothingIfAskedTo) {
  const std::string hidden = report_markdown(report_of(*analysis_, ReportLanguage::English, 5));
  EXPECT_THAT(hidden, HasSubstr("fewer than 5 people are not shown"));
  EXPECT_THAT(hidden, Not(HasSubstr("hobbyist")));
  const std::string chinese = report_html(report_of(*analysis_, ReportLanguage::Chinese, 5));
  EXPECT_THAT(chinese, HasSubstr("不足 5 人的分组不予显示"));
  const std::string all = report_markdown(report_of(*analysis_, ReportLanguage::English, 1));
  EXPECT_THAT(all, HasSubstr("hobbyist"));
  EXPECT_THAT(all, Not(HasSubstr("are not shown")));
}

TEST_F(SmallGroupsOfAStudy, JsonHasNullForWhatIsHidden) {
  const Json shown = parse_json(analysis_json(without_small_groups(*analysis_, 12))).value();
  EXPECT_EQ(shown["hidden"]["least_people"], 12);
  bool has_null = false;
  for (const Json& row : shown["flow"]["segments"]) has_null |= row["interviewed"].is_null();
  EXPECT_TRUE(has_null) << "8 interviews of 32 people";
}

}  // namespace
}  // namespace falconet
