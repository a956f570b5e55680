// The shapes that find_threshold compares, as columns of a regression.
#pragma once

#include <optional>

#include "stats/mixed_mode.h"
#include "stats/person_moments.h"
#include "stats/threshold.h"

namespace falconet {

/// How outcomes may hang together with the axis. Flat: nothing up to the threshold, then a slope.
enum class BrokenShape { Flat, Bent, Jump };

/// The data prepared: columns with mean 0 and deviation 1, the places to search.
class ThresholdShapes {
 public:
  static constexpr std::size_t kNumPlaces = 60;
  // Of standardised columns: a normal prior of deviation 10 log odds, which keeps columns that
  // separate the outcomes finite and moves nothing else.
  static constexpr double kRidge = 0.01;

  /// Errors: as find_threshold.
  static Result<ThresholdShapes> prepare(const ThresholdData& data);

  const PersonIndex& index() const { return index_; }
  std::size_t num_rows() const { return outcomes_.size(); }

  /// The regression on the covariates alone, and with the axis as a line.
  RegressionData without_axis() const { return with({}); }
  RegressionData with_line() const { return with({&line_}); }
  /// The smooth shapes' regressions.
  std::vector<RegressionData> smooth() const;
  /// The regression of a broken shape without, and with, the column of its threshold.
  RegressionData broken_base(BrokenShape shape) const;
  RegressionData broken(BrokenShape shape, std::span<const double> column) const;

  /// The column of a threshold at place q.
  void fill(BrokenShape shape, std::size_t q, std::span<double> out) const;

  /// Columns for a test that the axis does not matter (the lines, then all thresholds) or that a
  /// line is enough (all thresholds).
  std::size_t num_effects() const { return num_breaks() + (other_line_.empty() ? 1 : 2); }
  std::size_t num_breaks() const { return 2 * kNumPlaces; }
  void fill_effect(std::size_t q, std::span<double> out) const;
  void fill_break(std::size_t q, std::span<double> out) const;

  /// A place, whole or between two, in the axis's unit; what turns slopes into that unit.
  double place(double q) const;
  /// The greatest value of the axis that is at most `place`, and the least beyond it; `place`
  /// itself where there is none.
  double value_upto(double place) const;
  double value_beyond(double place) const;
  double slope_unit() const { return 1 / deviation_; }

 private:
  RegressionData with(std::vector<const std::vector<double>*> columns) const;
  Status add_covariates(const ThresholdData& data);
  // Each person's mean on the axis is a covariate (Mundlak 1978): what sets people with long
  // prompts apart from others is no effect of length.
  void add_person_means();
  Status find_places();

  std::span<const PersonId> people_;  // the caller's
  std::span<const double> outcomes_;  // the caller's
  std::span<const double> weights_;   // the caller's
  std::span<const double> axis_;      // the caller's
  PersonIndex index_;
  std::vector<std::vector<double>> covariates_;
  AxisScale scale_ = AxisScale::Raw;
  std::vector<double> line_;  // the axis on its scale, standardised
  std::vector<double> parabola_;
  std::vector<double> other_line_;  // on the other scale; empty where it has no logarithm
  std::vector<double> other_parabola_;
  double mean_ = 0;  // of the axis on its scale
  double deviation_ = 1;
  double first_place_ = 0;  // standardised
  double last_place_ = 0;
};

}  // namespace falconet
