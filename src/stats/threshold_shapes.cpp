#include "stats/threshold_shapes.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "stats/bootstrap.h"

namespace falconet {
namespace {

constexpr std::size_t kMostCovariates = 64;
constexpr int kFewestPeople = 8;
constexpr std::size_t kFewestPeopleOnASide = 5;
constexpr std::size_t kFewestValues = 4;
constexpr double kSearchedTail = 0.05;

double apply(AxisScale scale, double x) { return scale == AxisScale::Log2 ? std::log2(x) : x; }

std::vector<double> scaled(std::span<const double> values, AxisScale scale) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const double x : values) result.push_back(apply(scale, x));
  return result;
}

struct Spread2 {
  double mean = 0;
  double deviation = 0;
};

Spread2 moments2(std::span<const double> values) {
  Spread2 result;
  const double n = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean) / n;
  result.deviation = std::sqrt(squares);
  return result;
}

// Mean 0 and deviation 1; a constant becomes nothing.
std::vector<double> standardized(std::span<const double> values) {
  const auto [mean, deviation] = moments2(values);
  if (!(deviation > 1e-12 * std::abs(mean))) return {};
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back((value - mean) / deviation);
  return result;
}

std::vector<double> squares_of(std::span<const double> values) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back(value * value);
  return standardized(result);
}

std::vector<double> sorted_copy(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return sorted;
}

Status check_axis(const Axis& axis, std::size_t num_rows) {
  CHECK(axis.values.size() == num_rows, "an axis of ", axis.values.size(), " for ", num_rows);
  for (const double x : axis.values) {
    if (std::isfinite(x) && (x > 0 || axis.scale == AxisScale::Raw)) continue;
    return error(ErrorCode::InvalidArgument, "an axis",
                 axis.scale == AxisScale::Log2 ? " on a logarithmic scale has the value "
                                               : " has the value ",
                 x);
  }
  return {};
}

}  // namespace

Result<ThresholdShapes> ThresholdShapes::prepare(const ThresholdData& data) {
  ThresholdShapes shapes;
  shapes.people_ = data.people;
  shapes.outcomes_ = data.outcomes;
  shapes.weights_ = data.weights;
  shapes.axis_ = data.axis.values;
  TRY(check_axis(data.axis, data.outcomes.size()));
  TRY(shapes.add_covariates(data));
  TRY(check_regression_data(shapes.without_axis()));
  shapes.index_ = index_people(data.people);
  if (shapes.index_.num_people < kFewestPeople) {
    return error(ErrorCode::InvalidArgument, "a threshold needs ", kFewestPeople,
                 " people at least, not ", shapes.index_.num_people);
  }
  shapes.scale_ = data.axis.scale;
  const std::vector<double> axis = scaled(data.axis.values, data.axis.scale);
  if (std::set<double>(axis.begin(), axis.end()).size() < kFewestValues) {
    return error(ErrorCode::InvalidArgument, "a threshold needs an axis with ", kFewestValues,
                 " different values at least");
  }
  shapes.line_ = standardized(axis);
  if (shapes.line_.empty()) {
    return error(ErrorCode::InvalidArgument, "the axis does not vary beyond rounding");
  }
  shapes.mean_ = moments2(axis).mean;
  shapes.deviation_ = moments2(axis).deviation;
  shapes.parabola_ = squares_of(shapes.line_);
  const bool has_logarithm = std::ranges::all_of(data.axis.values, [](double x) { return x > 0; });
  if (has_logarithm) {
    const AxisScale other = data.axis.scale == AxisScale::Log2 ? AxisScale::Raw : AxisScale::Log2;
    shapes.other_line_ = standardized(scaled(data.axis.values, other));
    shapes.other_parabola_ = squares_of(shapes.other_line_);
  }
  shapes.add_person_means();
  TRY(shapes.find_places());
  return shapes;
}

Status ThresholdShapes::add_covariates(const ThresholdData& data) {
  if (data.covariates.size() + 4 * data.curves.size() > kMostCovariates) {
    return error(ErrorCode::TooLarge, "at most ", kMostCovariates,
                 " covariates, a curve counting four");
  }
  const auto add = [&](std::span<const double> column) {
    std::vector<double> added = standardized(column);
    if (!added.empty()) covariates_.push_back(std::move(added));
  };
  for (const auto& covariate : data.covariates) {
    TRY(check_axis({.values = covariate}, data.outcomes.size()));
    add(covariate);
  }
  for (const Axis& curve : data.curves) {
    TRY(check_axis(curve, data.outcomes.size()));
    std::vector<double> values = scaled(curve.values, curve.scale);
    if (values.empty()) continue;
    add(values);
    const std::vector<double> sorted = sorted_copy(values);
    std::set<double> knots;
    for (const double share : {0.25, 0.5, 0.75}) knots.insert(sorted_quantile(sorted, share));
    for (const double knot : knots) {
      if (knot <= sorted.front() || knot >= sorted.back()) continue;
      std::vector<double> hinge = values;
      for (double& value : hinge) value = std::max(0.0, value - knot);
      add(hinge);
    }
  }
  return {};
}

void ThresholdShapes::add_person_means() {
  std::vector<double> sums(static_cast<std::size_t>(index_.num_people));
  std::vector<double> counts(sums.size());
  for (std::size_t r = 0; r < line_.size(); ++r) {
    sums[static_cast<std::size_t>(index_.of[r])] += line_[r];
    counts[static_cast<std::size_t>(index_.of[r])] += 1;
  }
  std::vector<double> means(line_.size());
  for (std::size_t r = 0; r < means.size(); ++r) {
    const auto person = static_cast<std::size_t>(index_.of[r]);
    means[r] = sums[person] / counts[person];
  }
  std::vector<double> added = standardized(means);
  if (!added.empty()) covariates_.push_back(std::move(added));
}

Status ThresholdShapes::find_places() {
  const std::vector<double> sorted = sorted_copy(line_);
  // The fifth smallest of people's least values, and the fifth largest of their greatest.
  const auto num_people = static_cast<std::size_t>(index_.num_people);
  std::vector<double> least(num_people, INFINITY);
  std::vector<double> greatest(num_people, -INFINITY);
  for (std::size_t r = 0; r < line_.size(); ++r) {
    const auto person = static_cast<std::size_t>(index_.of[r]);
    least[person] = std::min(least[person], line_[r]);
    greatest[person] = std::max(greatest[person], line_[r]);
  }
  std::ranges::sort(least);
  std::ranges::sort(greatest);
  first_place_ = std::max(sorted_quantile(sorted, kSearchedTail), least[kFewestPeopleOnASide - 1]);
  last_place_ = std::min(sorted_quantile(sorted, 1 - kSearchedTail),
                         greatest[num_people - kFewestPeopleOnASide]);
  if (last_place_ > first_place_) return {};
  return error(ErrorCode::InvalidArgument, "no threshold of the axis would have ",
               kFewestPeopleOnASide, " people on both sides");
}

RegressionData ThresholdShapes::with(std::vector<const std::vector<double>*> columns) const {
  RegressionData data{.people = people_, .outcomes = outcomes_, .columns = {}, .weights = weights_};
  for (const auto& covariate : covariates_) data.columns.emplace_back(covariate);
  for (const auto* column : columns) {
    if (!column->empty()) data.columns.emplace_back(*column);
  }
  return data;
}

std::vector<RegressionData> ThresholdShapes::smooth() const {
  std::vector<RegressionData> shapes = {with({&line_}), with({&line_, &parabola_})};
  if (!other_line_.empty()) {
    shapes.push_back(with({&other_line_}));
    shapes.push_back(with({&other_line_, &other_parabola_}));
  }
  return shapes;
}

RegressionData ThresholdShapes::broken_base(BrokenShape shape) const {
  return shape == BrokenShape::Bent ? with_line() : without_axis();
}

RegressionData ThresholdShapes::broken(BrokenShape shape, std::span<const double> column) const {
  RegressionData data = broken_base(shape);
  data.columns.push_back(column);
  return data;
}

void ThresholdShapes::fill(BrokenShape shape, std::size_t q, std::span<double> out) const {
  const double step = (last_place_ - first_place_) / static_cast<double>(kNumPlaces - 1);
  const double place = first_place_ + step * static_cast<double>(q);
  for (std::size_t r = 0; r < out.size(); ++r) {
    const double beyond = line_[r] - place;
    out[r] = shape == BrokenShape::Jump ? (beyond > 0 ? 1.0 : 0.0) : std::max(0.0, beyond);
  }
}

void ThresholdShapes::fill_break(std::size_t q, std::span<double> out) const {
  if (q < kNumPlaces) return fill(BrokenShape::Flat, q, out);
  fill(BrokenShape::Jump, q - kNumPlaces, out);
}

void ThresholdShapes::fill_effect(std::size_t q, std::span<double> out) const {
  if (q < num_breaks()) return fill_break(q, out);
  std::ranges::copy(q == num_breaks() ? line_ : other_line_, out.begin());
}

double ThresholdShapes::place(double q) const {
  const double share = q / static_cast<double>(kNumPlaces - 1);
  const double standard = first_place_ + share * (last_place_ - first_place_);
  const double value = mean_ + deviation_ * standard;
  return scale_ == AxisScale::Log2 ? std::exp2(value) : value;
}

double ThresholdShapes::value_upto(double place) const {
  double best = -INFINITY;
  for (const double value : axis_) {
    if (value <= place) best = std::max(best, value);
  }
  return std::isfinite(best) ? best : place;
}

double ThresholdShapes::value_beyond(double place) const {
  double best = INFINITY;
  for (const double value : axis_) {
    if (value > place) best = std::min(best, value);
  }
  return std::isfinite(best) ? best : place;
}

}  // namespace falconet
