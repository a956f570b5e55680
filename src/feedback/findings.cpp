#include "feedback/findings.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "stats/multiple_testing.h"
#include "stats/proportion.h"

namespace falconet {
namespace {

// How much one occurrence hurts, for the order of problems only: a wrong or dangerous answer does
// harm, a stiff one annoys.
constexpr std::array<double, kIssueCategories.size()> kSeverity = {
    0.7,  // long text
    0.8,  // function calling: the caller breaks
    0.3,  // style
    0.6,  // memory
    0.8,  // reasoning
    0.9,  // factual
    0.4,  // speed
    0.3,  // formatting
    0.5,  // refusal
    1.0,  // safety
    0.4,  // other
};

constexpr std::int64_t kLeastPraisingPeople = 3;  // fewer are an anecdote
constexpr double kMostlyEvicted = 0.5;

class FindingMaker {
 public:
  explicit FindingMaker(const FindingSources& sources) : sources_(sources) {}

  std::vector<Finding> make() {
    add_curve(sources_.curves.length, IssueCategory::LongText);
    add_curve(sources_.curves.turn, IssueCategory::Memory);
    add_structured();
    for (const CategoryResult& result : sources_.categories.categories) add_rate(result);
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.priority > b.priority; });
    for (const SegmentResult& result : sources_.segments) add_segment(result);
    for (const ContestantPair& pair : sources_.comparisons.pairs) add_preference(pair);
    add_none_observed(IssueCategory::Safety);
    add_praise();
    return std::move(findings_);
  }

 private:
  const CategoryResult& result_of(IssueCategory category) const {
    return sources_.categories.categories[index_of(category)];
  }

  /// `burden`: of a problem; other findings have no priority.
  void add(Finding finding, const std::optional<ProblemBurden>& burden = {}) {
    const std::string_view about =
        finding.segment.empty() ? issue_category_name(finding.category) : finding.segment;
    finding.id = cat(finding_kind_name(finding.kind), ":", about);
    if (!finding.preferred.empty()) {
      finding.id = cat("preference:", finding.preferred, " > ", finding.over);
    }
    if (burden) {
      const double severity = kSeverity[index_of(finding.category)];
      finding.priority = severity * burden->value;
      if (const auto& interval = burden->interval) {
        finding.priority_interval = Interval{severity * interval->low, severity * interval->high};
      }
    }
    findings_.push_back(std::move(finding));
  }

  void add_curve(const QualityCurve& curve, IssueCategory category) {
    const bool is_found = curve.adjusted_p_value.value_or(1) < kFindingAlpha;
    if (curve.shape == CurveShape::None || !curve.is_worse_beyond || !is_found) return;
    const bool is_threshold = curve.shape == CurveShape::Threshold;
    const auto circumstance = curve.evicted_share >= kMostlyEvicted ? FindingCircumstance::Evicted
                                                                    : FindingCircumstance::Present;
    Finding finding{.kind = is_threshold ? FindingKind::Threshold : FindingKind::Gradual,
                    .category = category,
                    .variable = curve.variable,
                    .threshold = curve.threshold,
                    .threshold_interval = curve.threshold_interval,
                    .p_value = curve.adjusted_p_value,
                    .of_people = curve.num_people,
                    .circumstance = circumstance,
                    .suggestion = &suggestion_for(category, circumstance),
                    .quotes = result_of(category).problem_quotes,
                    .evidence = curve.evidence};
    if (curve.poor_beyond) {
      finding.rate = curve.poor_beyond->rate;
      finding.interval = curve.poor_beyond->interval;
      finding.people = curve.poor_beyond->num_people_with;
      finding.answers = curve.poor_beyond->num_messages;
    }
    explained_.push_back(category);
    add(std::move(finding), curve.burden);
  }

  FindingCircumstance structured_circumstance() const {
    const StructuredResult& result = sources_.structured;
    if (result.num_semantic_errors > result.num_parse_errors + result.num_schema_errors) {
      return FindingCircumstance::Semantic;
    }
    const std::int64_t num_free = result.failed_free ? result.failed_free->num_with : 0;
    return num_free == 0 ? FindingCircumstance::Constrained : FindingCircumstance::Malformed;
  }

  void add_structured() {
    const std::optional<MessageRate>& failed = sources_.structured.failed;
    if (!failed || failed->interval.low <= kTolerableRate) return;
    const FindingCircumstance circumstance = structured_circumstance();
    explained_.push_back(IssueCategory::FunctionCalling);
    add({.category = IssueCategory::FunctionCalling,
         .rate = failed->rate,
         .interval = failed->interval,
         .people = failed->num_people_with,
         .of_people = failed->num_people,
         .answers = failed->num_messages,
         .circumstance = circumstance,
         .suggestion = &suggestion_for(IssueCategory::FunctionCalling, circumstance),
         .quotes = result_of(IssueCategory::FunctionCalling).problem_quotes,
         .evidence = sources_.structured.evidence},
        sources_.structured.burden);
  }

  /// A tone is a matter of one language: where it is worse in Chinese, that rate is meant.
  static bool is_chinese_matter(const CategoryResult& result) {
    return result.category == IssueCategory::Style && result.problem && result.chinese_problem &&
           result.chinese_problem->rate > result.problem->rate;
  }

  void add_rate(const CategoryResult& result) {
    if (std::count(explained_.begin(), explained_.end(), result.category) > 0) return;
    const bool is_chinese = is_chinese_matter(result);
    const std::optional<MessageRate>& rate = is_chinese ? result.chinese_problem : result.problem;
    if (!rate || rate->interval.low <= kTolerableRate) return;
    add({.category = result.category,
         .language = is_chinese ? "zh" : "",
         .rate = rate->rate,
         .interval = rate->interval,
         .people = result.reported.with,
         .of_people = result.reported.people,
         .answers = rate->num_messages,
         .suggestion = &suggestion_for(result.category, FindingCircumstance::None),
         .quotes = result.problem_quotes,
         .evidence = result.evidence},
        is_chinese ? result.chinese_burden : result.burden);
  }

  void add_segment(const SegmentResult& result) {
    if (!result.adjusted_p_value || *result.adjusted_p_value >= kFindingAlpha) return;
    add({.kind = FindingKind::SegmentDifference,
         .segment = result.segment,
         .rate = result.poor_share,
         .p_value = result.adjusted_p_value,
         .people = result.num_people,
         .of_people = result.num_people,
         .answers = result.num_ratings});
  }

  void add_preference(const ContestantPair& pair) {
    if (!pair.adjusted_p_value || *pair.adjusted_p_value >= kFindingAlpha) return;
    const bool is_first = pair.people_for_first > pair.people_for_second;
    add({.kind = FindingKind::Preference,
         .preferred = is_first ? pair.first : pair.second,
         .over = is_first ? pair.second : pair.first,
         .rate = share(is_first ? pair.first_wins : pair.second_wins, pair.num_judged()),
         .p_value = pair.adjusted_p_value,
         .people = is_first ? pair.people_for_first : pair.people_for_second,
         .of_people = pair.num_people,
         .answers = pair.num_judged()});
  }

  void add_none_observed(IssueCategory category) {
    const PeopleRate& reported = result_of(category).reported;
    if (reported.with > 0 || reported.people == 0) return;
    const auto bound = none_observed_upper_bound(reported.people);
    if (!bound) return;
    add({.kind = FindingKind::NoneObserved,
         .category = category,
         .rate = 0.0,
         .interval = Interval{0, *bound},
         .of_people = reported.people});
  }

  void add_praise() {
    std::vector<const CategoryResult*> praised;
    for (const CategoryResult& result : sources_.categories.categories) {
      if (result.praised.with >= kLeastPraisingPeople) praised.push_back(&result);
    }
    std::stable_sort(praised.begin(), praised.end(),
                     [](const CategoryResult* a, const CategoryResult* b) {
                       return a->praised.with > b->praised.with;
                     });
    for (const CategoryResult* result : praised) {
      add({.kind = FindingKind::Praise,
           .category = result->category,
           .rate = result->praised.rate(),
           .interval = result->praised.interval,
           .people = result->praised.with,
           .of_people = result->praised.people,
           .quotes = result->praise_quotes});
    }
  }

  const FindingSources& sources_;
  std::vector<Finding> findings_;
  std::vector<IssueCategory> explained_;  // a stronger finding speaks of it already
};

}  // namespace

void correct_together(QualityCurves& curves, std::vector<SegmentResult>& segments,
                      std::vector<ContestantPair>& pairs) {
  std::vector<double> p_values;
  std::vector<std::optional<double>*> adjusted;
  const auto add = [&](const std::optional<double>& p_value, std::optional<double>& target) {
    if (!p_value) return;
    p_values.push_back(*p_value);
    adjusted.push_back(&target);
  };
  add(curves.length.p_value, curves.length.adjusted_p_value);
  add(curves.turn.p_value, curves.turn.adjusted_p_value);
  for (SegmentResult& segment : segments) add(segment.p_value, segment.adjusted_p_value);
  for (ContestantPair& pair : pairs) add(pair.p_value, pair.adjusted_p_value);
  const auto corrected = holm(p_values);
  if (!corrected) return;
  for (std::size_t i = 0; i < adjusted.size(); ++i) *adjusted[i] = (*corrected)[i];
}

std::vector<Finding> make_findings(const FindingSources& sources) {
  return FindingMaker(sources).make();
}

std::string_view finding_kind_name(FindingKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {
      "threshold",  "gradual",       "rate",  "segment_difference",
      "preference", "none_observed", "praise"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace falconet
