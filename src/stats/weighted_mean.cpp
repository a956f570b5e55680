#include "stats/weighted_mean.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace falconet {
namespace {

Status check_values(std::span<const WeightedValue> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& [person, value, weight] = values[i];
    if (std::isfinite(value) && std::isfinite(weight) && weight > 0) continue;
    return error(ErrorCode::InvalidArgument, "value ", i, " is ", value, " with weight ", weight,
                 "; finite values with positive weights were expected");
  }
  return {};
}

PersonIndex index_of(std::span<const WeightedValue> values) {
  std::vector<PersonId> people;
  people.reserve(values.size());
  for (const WeightedValue& value : values) people.push_back(value.person);
  return index_people(people);
}

// Point estimate and standard error; the interval is the caller's.
Result<WeightedMean> estimate(std::span<const WeightedValue> values) {
  TRY(check_values(values));
  const PersonIndex index = index_of(values);
  if (index.num_people < 2) {
    return error(ErrorCode::InvalidArgument, "an interval needs two people, and there are ",
                 index.num_people);
  }
  double total = 0;
  double weights = 0;
  for (const WeightedValue& value : values) {
    total += value.weight * value.value;
    weights += value.weight;
  }
  WeightedMean result{.mean = total / weights,
                      .num_people = index.num_people,
                      .num_values = static_cast<int>(values.size())};
  std::vector<double> residuals(static_cast<std::size_t>(index.num_people));
  for (std::size_t i = 0; i < values.size(); ++i) {
    residuals[static_cast<std::size_t>(index.of[i])] +=
        values[i].weight * (values[i].value - result.mean) / weights;
  }
  double squares = 0;
  for (const double residual : residuals) squares += residual * residual;
  const double n = index.num_people;
  result.standard_error = std::sqrt(squares * n / (n - 1));
  return result;
}

// Clopper and Pearson for a real number of trials.
Interval beta_interval(double p, double size, double level) {
  const double tail = (1 - level) / 2;
  const double k = p * size;
  return {k <= 0 ? 0 : beta_quantile(tail, k, size - k + 1),
          k >= size ? 1 : beta_quantile(1 - tail, k + 1, size - k)};
}

}  // namespace

Result<WeightedMean> hajek_mean(std::span<const WeightedValue> values, double level) {
  TRY(check_level(level));
  TRY_ASSIGN(WeightedMean result, estimate(values));
  const double half = two_sided_t(level, result.num_people - 1) * result.standard_error;
  result.interval = {result.mean - half, result.mean + half};
  return result;
}

Result<WeightedMean> hajek_proportion(std::span<const WeightedValue> values, double level) {
  TRY(check_level(level));
  const auto other = std::ranges::find_if(
      values, [](const WeightedValue& v) { return v.value != 0 && v.value != 1; });
  if (other != values.end()) {
    return error(ErrorCode::InvalidArgument, "a proportion is of zeros and ones, not of ",
                 other->value);
  }
  TRY_ASSIGN(WeightedMean result, estimate(values));
  const bool agrees = std::ranges::all_of(
      values, [&](const WeightedValue& v) { return v.value == values.front().value; });
  if (agrees) {
    result.mean = values.front().value;
    result.standard_error = 0;
    result.effective_size = result.num_people;
  } else {
    const double n = result.num_values;
    const double raw =
        result.mean * (1 - result.mean) / (result.standard_error * result.standard_error);
    const double shrink = two_sided_t(level, n - 1) / two_sided_t(level, result.num_people - 1);
    // Dependence that looks negative is chance: never more than the values that there are.
    result.effective_size = std::min(n, raw * shrink * shrink);
  }
  result.interval = beta_interval(result.mean, result.effective_size, level);
  return result;
}

}  // namespace falconet
