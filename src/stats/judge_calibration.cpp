#include "stats/judge_calibration.h"

#include <algorithm>

namespace falconet {
namespace {

/// Weights of one person's units.
struct JudgeTally {
  double all = 0;
  double positive = 0;
  double true_positive = 0;  // that people call positive…
  double hits = 0;           // …and the judge as well
  double true_negative = 0;
  double rejections = 0;

  void add(const JudgeTally& other, double times) {
    all += times * other.all;
    positive += times * other.positive;
    true_positive += times * other.true_positive;
    hits += times * other.hits;
    true_negative += times * other.true_negative;
    rejections += times * other.rejections;
  }
};

std::vector<JudgeTally> tally_people(std::span<const JudgedUnit> units) {
  std::vector<PersonId> people;
  for (const JudgedUnit& unit : units) people.push_back(unit.person);
  const PersonIndex index = index_people(people);
  std::vector<JudgeTally> tallies(static_cast<std::size_t>(index.num_people));
  for (std::size_t i = 0; i < units.size(); ++i) {
    const JudgedUnit& unit = units[i];
    JudgeTally& tally = tallies[static_cast<std::size_t>(index.of[i])];
    tally.all += unit.weight;
    tally.positive += unit.is_positive ? unit.weight : 0;
    if (!unit.truth) continue;
    (*unit.truth ? tally.true_positive : tally.true_negative) += unit.weight;
    if (*unit.truth != unit.is_positive) continue;
    (*unit.truth ? tally.hits : tally.rejections) += unit.weight;
  }
  return tallies;
}

std::optional<double> corrected(const JudgeTally& sum) {
  if (!(sum.all > 0 && sum.true_positive > 0 && sum.true_negative > 0)) return std::nullopt;
  return rogan_gladen(sum.positive / sum.all, sum.hits / sum.true_positive,
                      sum.rejections / sum.true_negative);
}

/// Of the units that people call `truth`, those where the judge agrees.
std::vector<WeightedValue> agreements(std::span<const JudgedUnit> units, bool truth) {
  std::vector<WeightedValue> values;
  for (const JudgedUnit& unit : units) {
    if (unit.truth != truth) continue;
    values.push_back({unit.person, unit.is_positive == truth ? 1.0 : 0.0, unit.weight});
  }
  return values;
}

}  // namespace

std::optional<double> rogan_gladen(double apparent_prevalence, double sensitivity,
                                   double specificity) {
  const double youden = sensitivity + specificity - 1;
  if (!(youden > 0)) return std::nullopt;
  return std::clamp((apparent_prevalence + specificity - 1) / youden, 0.0, 1.0);
}

Result<JudgeCalibration> calibrate_judge(std::span<const JudgedUnit> units,
                                         const Resampling& resampling) {
  TRY(check_resampling(resampling));
  const std::vector<JudgeTally> tallies = tally_people(units);
  if (tallies.size() < 2) {
    return error(ErrorCode::InvalidArgument, "a calibration needs units of two people, found ",
                 tallies.size());
  }
  const std::vector<WeightedValue> positive = agreements(units, true);
  const std::vector<WeightedValue> negative = agreements(units, false);
  JudgeTally all;
  for (const JudgeTally& tally : tallies) all.add(tally, 1);
  JudgeCalibration out{.num_units = static_cast<int>(units.size()),
                       .num_true_positives = static_cast<int>(positive.size()),
                       .num_true_negatives = static_cast<int>(negative.size()),
                       .apparent_prevalence = all.positive / all.all};
  out.is_calibrated = out.num_true_positives >= kLeastCalibrationUnits &&
                      out.num_true_negatives >= kLeastCalibrationUnits;
  if (!out.is_calibrated) return out;
  TRY_ASSIGN(out.sensitivity, hajek_proportion(positive, resampling.level));
  TRY_ASSIGN(out.specificity, hajek_proportion(negative, resampling.level));
  out.prevalence = corrected(all);
  if (!out.prevalence) return out;
  const auto statistic = [&](std::span<const double> times) {
    JudgeTally sum;
    for (std::size_t i = 0; i < tallies.size(); ++i) sum.add(tallies[i], times[i]);
    return corrected(sum);
  };
  TRY_ASSIGN(const BootstrapResult resampled,
             bootstrap_clusters(static_cast<int>(tallies.size()), statistic, resampling));
  out.prevalence_interval = resampled.percentile;
  return out;
}

}  // namespace falconet
