#include "feedback/quality_curves.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "stats/threshold.h"

namespace falconet {
namespace {

// Lower ends of the bins of the table; the last one is open.
constexpr std::array<double, 10> kTokenBins = {0,    256,  512,  1024,  2048,
                                               3072, 4096, 8192, 16384, 32768};
constexpr std::array<double, 9> kTurnBins = {1, 2, 3, 4, 5, 6, 8, 11, 21};

constexpr std::size_t kMaxTaskCovariates = 3;  // the most common tasks; the rest is the reference

// Beyond so many people a curve's shape is clear, and every further one costs what the first did:
// 10,000 people would take minutes. People are taken at even distances.
constexpr std::size_t kMostCurvePeople = 500;

double value_of(CurveVariable variable, const RatedAnswer& answer) {
  const StudyGeneration& generation = *answer.generation;
  return static_cast<double>(variable == CurveVariable::PromptTokens ? generation.prompt_tokens
                                                                     : generation.turn);
}

/// The regression's rows: rated answers whose prompt length and turn are known.
struct CurveRows {
  std::vector<PersonId> people;
  std::vector<double> poor;
  std::vector<double> tokens;
  std::vector<double> turns;
  std::vector<std::vector<double>> covariates;  // each varies

  ThresholdData towards(CurveVariable variable) const {
    const Axis length{tokens, AxisScale::Log2};
    const Axis turn{turns, AxisScale::Raw};
    const bool is_length = variable == CurveVariable::PromptTokens;
    ThresholdData data{.people = people, .outcomes = poor, .axis = is_length ? length : turn};
    for (const auto& column : covariates) data.covariates.emplace_back(column);
    const std::vector<double>& other = is_length ? turns : tokens;
    if (std::ranges::min(other) < std::ranges::max(other)) {
      data.curves = {is_length ? turn : length};
    }
    return data;
  }
};

class RowBuilder {
 public:
  explicit RowBuilder(const AnalysisTable& table) {
    const std::size_t step = (table.people.size() + kMostCurvePeople - 1) / kMostCurvePeople;
    for (const RatedAnswer& answer : table.rated) {
      if (static_cast<std::size_t>(answer.person.value) % step != 0) continue;
      if (answer.generation->prompt_tokens > 0 && answer.generation->turn > 0) {
        answers_.push_back(&answer);
      }
    }
  }

  CurveRows build() const {
    CurveRows rows;
    for (const RatedAnswer* answer : answers_) {
      rows.people.push_back(answer->person);
      rows.poor.push_back(answer->is_poor ? 1 : 0);
      rows.tokens.push_back(value_of(CurveVariable::PromptTokens, *answer));
      rows.turns.push_back(value_of(CurveVariable::Turn, *answer));
    }
    add(rows, [](const RatedAnswer& answer) { return answer.is_probe; });
    add(rows, [](const RatedAnswer& answer) { return answer.generation->language == "zh"; });
    for (const std::string& task : common_tasks()) {
      add(rows, [&](const RatedAnswer& answer) { return answer.generation->task == task; });
    }
    return rows;
  }

 private:
  void add(CurveRows& rows, RatedTest has) const {
    std::vector<double> column;
    for (const RatedAnswer* answer : answers_) column.push_back(has(*answer) ? 1 : 0);
    const bool varies = !column.empty() && std::ranges::min(column) < std::ranges::max(column);
    if (varies) rows.covariates.push_back(std::move(column));
  }

  /// All tasks but the most common one, which the others are compared with.
  std::vector<std::string> common_tasks() const {
    std::map<std::string, std::int64_t> counts;
    for (const RatedAnswer* answer : answers_) ++counts[answer->generation->task];
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const auto& [task, count] : counts) order.emplace_back(-count, task);
    std::ranges::sort(order);
    std::vector<std::string> tasks;
    for (std::size_t i = 1; i < order.size() && i <= kMaxTaskCovariates; ++i) {
      tasks.push_back(order[i].second);
    }
    return tasks;
  }

  std::vector<const RatedAnswer*> answers_;
};

constexpr auto kIsPoor = [](const RatedAnswer& answer) { return answer.is_poor; };

/// What the regression says.
void fit(const CurveRows& rows, const Resampling& resampling, QualityCurve& curve) {
  curve.num_ratings = static_cast<std::int64_t>(rows.poor.size());
  if (rows.poor.empty()) {
    curve.reason = "no rated answer has a length and a turn";
    return;
  }
  // p-values of 1/1000 are small enough after any correction here.
  const ThresholdOptions options{
      .resampling = {.num_resamples = std::min(resampling.num_resamples, 999),
                     .seed = resampling.seed,
                     .level = resampling.level}};
  const auto found = find_threshold(rows.towards(curve.variable), options);
  if (!found) {
    curve.reason = found.error().message;
    return;
  }
  curve.was_tested = true;
  curve.p_value = found->effect_p;
  curve.line_p_value = found->line_p;
  curve.num_people = found->num_people;
  if (found->verdict == Verdict::None) return;
  curve.shape = found->verdict == Verdict::Threshold ? CurveShape::Threshold : CurveShape::Gradual;
  curve.is_worse_beyond = found->slope_after > 0;
  if (curve.shape != CurveShape::Threshold) return;
  curve.threshold = found->threshold;
  curve.threshold_interval = found->interval;
}

void describe(const AnalysisTable& table, const Resampling& resampling, QualityCurve& curve) {
  const double border = curve.threshold.value_or(-std::numeric_limits<double>::infinity());
  const auto is_beyond = [&](const RatedAnswer& answer) {
    return value_of(curve.variable, answer) > border;
  };
  const auto is_before = [&](const RatedAnswer& answer) { return !is_beyond(answer); };
  curve.poor_before = rated_rate(table, is_before, kIsPoor, resampling);
  const std::vector<WeightedValue> beyond = rated_values(table, is_beyond, kIsPoor);
  curve.poor_beyond = message_rate(beyond, resampling);
  curve.burden = problem_burden(beyond, resampling);
  std::int64_t num_poor = 0;
  std::int64_t num_evicted = 0;
  for (const RatedAnswer& answer : table.rated) {
    if (!answer.is_poor || !is_beyond(answer)) continue;
    ++num_poor;
    num_evicted += answer.generation->evicted_messages > 0 ? 1 : 0;
    if (curve.evidence.size() < kMaxCurveEvidence) curve.evidence.push_back(answer.generation->id);
  }
  if (num_poor > 0) {
    curve.evicted_share = static_cast<double>(num_evicted) / static_cast<double>(num_poor);
  }
}

void add_bins(const AnalysisTable& table, std::span<const double> borders,
              const Resampling& resampling, QualityCurve& curve) {
  for (std::size_t i = 0; i < borders.size(); ++i) {
    const double low = borders[i];
    const double high =
        i + 1 < borders.size() ? borders[i + 1] : std::numeric_limits<double>::max();
    const auto is_inside = [&](const RatedAnswer& answer) {
      const double value = value_of(curve.variable, answer);
      return value >= low && value < high;
    };
    const auto rate = rated_rate(table, is_inside, kIsPoor, resampling);
    if (!rate) continue;
    CurveBin bin{.low = low, .poor = *rate};
    if (i + 1 < borders.size()) bin.high = high;
    curve.bins.push_back(std::move(bin));
  }
}

}  // namespace

QualityCurves quality_curves(const AnalysisTable& table, const Resampling& resampling) {
  QualityCurves curves;
  curves.length.variable = CurveVariable::PromptTokens;
  curves.turn.variable = CurveVariable::Turn;
  const CurveRows rows = RowBuilder(table).build();
  for (QualityCurve* curve : {&curves.length, &curves.turn}) {
    fit(rows, resampling, *curve);
    describe(table, resampling, *curve);
  }
  add_bins(table, kTokenBins, resampling, curves.length);
  add_bins(table, kTurnBins, resampling, curves.turn);
  return curves;
}

}  // namespace falconet
