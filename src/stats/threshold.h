// Whether answers go wrong more often as something grows (prompt length, turn), and whether that
// begins at a threshold or comes gradually.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"
#include "stats/people.h"

namespace falconet {

enum class AxisScale { Raw, Log2 };

/// A quantity of every observation, and the scale on which a straight line is the simplest
/// relation.
struct Axis {
  std::span<const double> values;  // [num_rows]; positive for Log2
  AxisScale scale = AxisScale::Raw;
};

struct ThresholdData {
  std::span<const PersonId> people = {};  // [num_rows]
  std::span<const double> outcomes = {};  // [num_rows], 1 for a bad answer, 0 for a good one
  /// [num_rows], or empty for all 1. Many messages may be put together: a person's messages of like
  /// length and covariates are one row with their share of bad answers and their number as weight.
  std::span<const double> weights = {};
  Axis axis = {};  // what may have a threshold
  std::vector<std::span<const double>> covariates =
      {};  // each [num_rows]: task, language, eviction
  /// Other quantities that may matter in whatever shape: turn, where length is examined. They enter
  /// as piecewise linear curves with knots at their quartiles, so that a threshold of theirs is not
  /// taken for one of a quantity that grows along with them.
  std::vector<Axis> curves = {};
};

enum class Verdict { None, Gradual, Threshold };

/// What happens at the threshold: the slope changes, or the chance jumps.
enum class ThresholdForm { Bend, Jump };

struct ThresholdFinding {
  Verdict verdict = Verdict::None;
  int num_people = 0;
  int num_rows = 0;
  Interval searched = {};  // where thresholds were sought, in the axis's own unit: tokens, turns
  double effect_p = 1;     // that the axis does not matter at all

  // The rest is filled where the axis matters. Where the effect is gradual, the best threshold
  // tells at most where a curve bends.
  double line_p = 1;  // that a straight line describes the effect
  /// BIC of the best smooth shape minus that of the best broken one: positive where the data are
  /// better described by a threshold, 6 and more strongly so.
  double advantage = 0;
  ThresholdForm form = ThresholdForm::Bend;
  double threshold = 0;
  Interval interval = {};  // of the threshold, within what was searched
  /// Log odds per doubling (Log2) or per unit (Raw), before and after a bend; for a jump 0 and the
  /// jump's log odds. Positive: worse.
  double slope_before = 0;
  double slope_after = 0;
};

struct ThresholdOptions {
  double alpha = 0.05;
  Resampling resampling = {.num_resamples = 999};  // its level is that of the interval
};

/// Fits logistic regressions with intercepts of people (logistic.h) and compares shapes:
///
/// - smooth: a line and a parabola, each on the logarithm and on the raw axis;
/// - broken: flat and then a slope, a slope that changes, or a jump, at each of 60 places.
///
/// The verdict is `None` unless the axis matters: the largest score over all shapes, by the wild
/// bootstrap over people (PersonMoments), at `alpha`; this alone keeps findings in data without an
/// effect at `alpha`. It is `Threshold` if moreover a straight line is rejected in the same way and
/// the best broken shape has a better BIC than every smooth one, and `Gradual` otherwise.
/// The interval holds the places, in whichever broken shape, whose criterion is as close to the
/// best one as resamples of people make it (Hansen 2017, "Regression kink with an unknown
/// threshold", who inverts the likelihood ratio; here with a bootstrap over people). BIC counts
/// people.
///
/// Thresholds are searched between the 5 % and 95 % quantiles of the axis where five people at
/// least have observations on both sides. docs/statistics.md says how much data it takes to see
/// one. Errors: InvalidArgument for values that are not finite, a Log2 axis that is not positive,
/// outcomes other than 0 and 1 or all the same, fewer than 8 people, an axis with fewer than 4
/// different values or without room to search; TooLarge beyond 64 covariates; as check_resampling.
Result<ThresholdFinding> find_threshold(const ThresholdData& data, const ThresholdOptions& options);

}  // namespace falconet
