#include "feedback/small_groups.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace falconet {
namespace {

/// The places of `people`, the fewest first.
std::vector<std::size_t> by_size(const std::vector<std::int64_t>& people) {
  std::vector<std::size_t> order(people.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::less(), [&](std::size_t i) { return people[i]; });
  return order;
}

/// Whether hidden cells whose sum is known cannot be computed: there are two, not all of them 1,
/// and together they are a group that may be shown.
bool are_safe(std::int64_t num_cells, std::int64_t sum, std::int64_t least) {
  return num_cells >= 2 && sum >= least && sum > num_cells;
}

using FlowCount = std::int64_t SegmentFlow::*;
constexpr std::array<FlowCount, 6> kFlowCounts = {
    &SegmentFlow::invited, &SegmentFlow::consented, &SegmentFlow::active,
    &SegmentFlow::rated,   &SegmentFlow::surveyed,  &SegmentFlow::interviewed};

class GroupHider {
 public:
  GroupHider(FeedbackAnalysis& analysis, std::int64_t least) : analysis_(analysis), least_(least) {}

  void hide() {
    hidden_.least_people = least_;
    merge_segments();
    hide_flow_cells();
    hide_segment_rows();
    for (QualityCurve* curve : {&analysis_.curves.length, &analysis_.curves.turn})
      hide_bins(*curve);
    hide_weeks();
    hide_arms();
    hide_categories();
    hide_findings();
    hide_themes();
    hide_drivers();
    for (SurveyResult& result : analysis_.surveys) {
      hide(result.responded);
      for (QuestionResult& question : result.questions) hide_answers(question);
    }
    analysis_.hidden = hidden_;
  }

 private:
  bool is_small(std::int64_t people) const { return people > 0 && people < least_; }

  /// Segments of few who rated, and the next larger ones until they are enough together.
  void merge_segments() {
    std::vector<SegmentFlow>& flows = analysis_.flow.segments;
    std::vector<std::int64_t> people;
    for (const SegmentFlow& flow : flows) people.push_back(flow.rated);
    const std::vector<std::size_t> order = by_size(people);
    std::int64_t sum = 0;
    std::size_t num_merged = 0;
    for (const std::size_t i : order) {
      if (people[i] == 0) continue;  // nobody rated: its other cells are hidden one by one
      const bool is_enough = sum >= least_ || num_merged == 0;
      if (is_enough && people[i] >= least_) break;
      sum += people[i];
      ++num_merged;
      merged_.insert(flows[i].segment);
    }
    if (num_merged == 0) return;
    SegmentFlow merged{.segment = std::string(kMergedSegment)};
    for (const SegmentFlow& flow : flows) {
      if (!merged_.contains(flow.segment)) continue;
      merged.target += flow.target;
      for (const FlowCount count : kFlowCounts) merged.*count += flow.*count;
    }
    std::erase_if(flows, [&](const SegmentFlow& flow) { return merged_.contains(flow.segment); });
    flows.push_back(merged);
    hidden_.num_merged_segments = static_cast<std::int64_t>(num_merged);
  }

  void hide_flow_cells() {
    std::vector<SegmentFlow>& flows = analysis_.flow.segments;
    for (const FlowCount count : kFlowCounts) {
      std::vector<std::int64_t> people;
      for (const SegmentFlow& flow : flows) people.push_back(flow.*count);
      const std::vector<char> hide = hidden_cells(people, least_);
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < flows.size(); ++i) {
        if (hide[i] == 0) continue;
        sum += people[i];
        flows[i].*count = kHiddenCount;
        ++hidden_.num_hidden_cells;
      }
      // Where even all of them are not enough the total must not be known.
      const auto num_hidden = std::count(hide.begin(), hide.end(), 1);
      const bool is_safe = num_hidden == 0 || are_safe(num_hidden, sum, least_);
      if (!is_safe || is_small(analysis_.flow.total.*count)) {
        analysis_.flow.total.*count = kHiddenCount;
      }
    }
  }

  void hide_segment_rows() {
    std::erase_if(analysis_.segments, [&](const SegmentResult& row) {
      return merged_.contains(row.segment) || row.num_people < least_;
    });
  }

  /// Rows of a table whose sum is known: hidden ones come in twos.
  template <class Row, class People>
  void hide_rows(std::vector<Row>& rows, const People& people_of) {
    std::vector<std::int64_t> people;
    for (const Row& row : rows) people.push_back(people_of(row));
    const std::vector<char> hide = hidden_cells(people, least_);
    std::vector<Row> shown;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (hide[i] == 0) shown.push_back(std::move(rows[i]));
    }
    hidden_.num_hidden_rows += static_cast<std::int64_t>(rows.size() - shown.size());
    rows = std::move(shown);
  }

  void hide_bins(QualityCurve& curve) {
    hide_rows(curve.bins, [](const CurveBin& bin) { return bin.poor.num_people; });
    const auto few = [&](const std::optional<MessageRate>& rate) {
      return rate && rate->num_people < least_;
    };
    if (!few(curve.poor_before) && !few(curve.poor_beyond)) return;
    curve.poor_before.reset();
    curve.poor_beyond.reset();
    ++hidden_.num_hidden_rows;
  }

  void hide_weeks() {
    hide_rows(analysis_.trend.weeks, [](const TrendWeek& week) {
      return week.poor ? week.poor->num_people : std::int64_t{1};
    });
  }

  /// Arms are people's several times over, and so are pairs: no total tells of one left out.
  void hide_arms() {
    const auto is_few = [&](const auto& row) { return row.num_people < least_; };
    hidden_.num_hidden_rows += static_cast<std::int64_t>(
        std::erase_if(analysis_.arms, is_few) + std::erase_if(analysis_.comparisons.pairs, is_few));
    for (ContestantPair& pair : analysis_.comparisons.pairs) {
      for (std::int64_t* people : {&pair.people_for_first, &pair.people_for_second}) {
        if (is_small(*people)) *people = kHiddenCount;
      }
    }
    hide(analysis_.comparisons.left);
  }

  void hide(PeopleRate& rate) {
    if (is_small(rate.with)) hide_rate(rate);
  }

  void hide_rate(PeopleRate& rate) {
    rate.with = kHiddenCount;
    rate.interval.reset();  // it would tell
    ++hidden_.num_hidden_cells;
  }

  void hide(std::optional<MessageRate>& rate) {
    if (rate && is_small(rate->num_people_with)) rate->num_people_with = kHiddenCount;
    if (rate && rate->num_people < least_) rate.reset();
  }

  void hide_categories() {
    for (CategoryResult& result : analysis_.categories.categories) {
      hide(result.reported);
      hide(result.praised);
      hide(result.problem);
      hide(result.chinese_problem);
    }
    StructuredResult& structured = analysis_.structured;
    for (auto* rate :
         {&structured.failed, &structured.failed_free, &structured.failed_constrained}) {
      hide(*rate);
    }
  }

  void hide_findings() {
    std::erase_if(analysis_.findings, [&](const Finding& finding) {
      const bool is_few = finding.kind == FindingKind::Preference && is_small(finding.of_people);
      const bool is_merged =
          is_few || (finding.kind == FindingKind::SegmentDifference &&
                     (merged_.contains(finding.segment) || is_small(finding.people)));
      hidden_.num_hidden_rows += is_merged ? 1 : 0;
      return is_merged;
    });
    for (Finding& finding : analysis_.findings) {
      if (!is_small(finding.people)) continue;
      finding.people = kHiddenCount;
      if (finding.kind == FindingKind::Praise) {
        finding.rate.reset();
        finding.interval.reset();
      }
      // A priority is made of the number of people.
      finding.priority_interval.reset();
      ++hidden_.num_hidden_cells;
    }
  }

  void hide_themes() {
    std::vector<Theme>& themes = analysis_.themes.themes;
    const auto before = themes.size();
    std::erase_if(themes, [&](const Theme& theme) { return theme.num_people < least_; });
    hidden_.num_hidden_themes = static_cast<std::int64_t>(before - themes.size());
  }

  void hide_drivers() {
    std::erase_if(analysis_.drivers.drivers, [&](const Driver& driver) {
      const bool is_hidden = driver.num_people < least_;
      hidden_.num_hidden_rows += is_hidden ? 1 : 0;
      return is_hidden;
    });
  }

  /// Of too few people nothing is said; otherwise choices of few are hidden so that the others do
  /// not tell them.
  void hide_answers(QuestionResult& result) {
    const bool is_of_few = is_small(result.answered.with);
    hide(result.answered);
    if (is_of_few) {
      result = {.question = result.question, .answered = result.answered, .is_hidden = true};
      ++hidden_.num_hidden_rows;
      return;
    }
    std::vector<std::int64_t> people;
    for (const SurveyValue& value : result.values) people.push_back(value.rate.with);
    const std::vector<char> hide_value = hidden_cells(people, least_);
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (hide_value[i] != 0) hide_rate(result.values[i].rate);
    }
    if (result.satisfied) hide(*result.satisfied);
    auto& nps = result.net_promoters;
    if (!nps) return;
    const std::vector<std::int64_t> thirds = {nps->promoters, nps->passives, nps->detractors};
    if (std::ranges::none_of(thirds, [&](std::int64_t n) { return is_small(n); })) return;
    nps->promoters = nps->passives = nps->detractors = kHiddenCount;
    ++hidden_.num_hidden_cells;
  }

  FeedbackAnalysis& analysis_;
  std::int64_t least_;
  HiddenGroups hidden_;
  std::set<std::string> merged_;
};

}  // namespace

std::vector<char> hidden_cells(const std::vector<std::int64_t>& people, std::int64_t least) {
  std::vector<char> hide(people.size());
  std::int64_t sum = 0;
  std::int64_t num_hidden = 0;
  for (const std::size_t i : by_size(people)) {
    if (people[i] == 0) continue;
    const bool is_needed = num_hidden > 0 && !are_safe(num_hidden, sum, least);
    if (people[i] >= least && !is_needed) break;
    hide[i] = 1;
    ++num_hidden;
    sum += people[i];
  }
  return hide;
}

FeedbackAnalysis without_small_groups(const FeedbackAnalysis& analysis, std::int64_t least) {
  FeedbackAnalysis out = analysis;
  if (least > 1) GroupHider(out, least).hide();
  return out;
}

}  // namespace falconet
