#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "stats/distributions.h"

namespace falconet {
namespace {

// How often each of n clusters stands in a sample of n drawn with replacement.
void draw_clusters(Random& random, std::span<double> times) {
  std::ranges::fill(times, 0.0);
  for (std::size_t i = 0; i < times.size(); ++i) times[random.below(times.size())] += 1;
}

// The statistic with each cluster left out in turn.
std::vector<double> left_out_values(std::size_t num_clusters, ClusterStatistic statistic) {
  std::vector<double> times(num_clusters, 1.0);
  std::vector<double> values;
  for (std::size_t i = 0; i < num_clusters; ++i) {
    times[i] = 0;
    if (const auto value = statistic(times)) values.push_back(*value);
    times[i] = 1;
  }
  return values;
}

// Skewness of the influence of single clusters, from the values without each of them.
double acceleration(std::span<const double> values) {
  if (values.empty()) return 0;
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0;
  double cubes = 0;
  for (const double value : values) {
    squares += std::pow(mean - value, 2);
    cubes += std::pow(mean - value, 3);
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

Interval percentile_interval(std::span<const double> sorted, double level) {
  return {sorted_quantile(sorted, (1 - level) / 2), sorted_quantile(sorted, (1 + level) / 2)};
}

Interval bca_interval(std::span<const double> sorted, double estimate, double accelerate,
                      double level) {
  // Ties count half, so that a statistic with few values is not taken for a biased one.
  const auto below = std::ranges::lower_bound(sorted, estimate) - sorted.begin();
  const auto upto = std::ranges::upper_bound(sorted, estimate) - sorted.begin();
  const double share = static_cast<double>(below + upto) / 2 / static_cast<double>(sorted.size());
  if (share <= 0 || share >= 1) return percentile_interval(sorted, level);
  const double bias = normal_quantile(share);
  const auto adjusted = [&](double p) {
    const double z = bias + normal_quantile(p);
    return normal_cdf(bias + z / (1 - accelerate * z));
  };
  const double low = adjusted((1 - level) / 2);
  const double high = adjusted((1 + level) / 2);
  if (!(low < high)) return percentile_interval(sorted, level);
  return {sorted_quantile(sorted, low), sorted_quantile(sorted, high)};
}

double standard_deviation(std::span<const double> values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return values.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(values.size() - 1));
}

}  // namespace

double sorted_quantile(std::span<const double> sorted, double p) {
  CHECK(!sorted.empty() && p >= 0 && p <= 1, "quantile ", p, " of ", sorted.size(), " values");
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

namespace {

struct Resampled {
  double estimate = 0;
  std::vector<double> values = {};  // sorted, those that exist
  int num_undefined = 0;
};

Result<Resampled> resampled(int num_clusters, ClusterStatistic statistic,
                            const Resampling& resampling) {
  TRY(check_resampling(resampling));
  if (num_clusters < 2) {
    return error(ErrorCode::InvalidArgument, "the bootstrap needs two clusters, and there are ",
                 num_clusters);
  }
  std::vector<double> times(static_cast<std::size_t>(num_clusters), 1.0);
  const std::optional<double> estimate = statistic(times);
  if (!estimate) return error(ErrorCode::InvalidArgument, "the statistic has no value");
  Resampled out{.estimate = *estimate};
  Random random(resampling.seed);
  out.values.reserve(static_cast<std::size_t>(resampling.num_resamples));
  for (int i = 0; i < resampling.num_resamples; ++i) {
    draw_clusters(random, times);
    if (const auto value = statistic(times)) out.values.push_back(*value);
  }
  out.num_undefined = resampling.num_resamples - static_cast<int>(out.values.size());
  if (out.num_undefined > resampling.num_resamples / 2) {
    return error(ErrorCode::InvalidArgument, "the statistic has no value in ", out.num_undefined,
                 " of ", resampling.num_resamples, " resamples");
  }
  std::ranges::sort(out.values);
  return out;
}

BootstrapResult summary_of(const Resampled& drawn, std::span<const double> left_out, double level) {
  return {.estimate = drawn.estimate,
          .standard_error = standard_deviation(drawn.values),
          .percentile = percentile_interval(drawn.values, level),
          .bca = bca_interval(drawn.values, drawn.estimate, acceleration(left_out), level),
          .num_undefined = drawn.num_undefined};
}

}  // namespace

Result<BootstrapResult> bootstrap_clusters(int num_clusters, ClusterStatistic statistic,
                                           const Resampling& resampling) {
  TRY_ASSIGN(const Resampled drawn, resampled(num_clusters, statistic, resampling));
  return summary_of(drawn, left_out_values(static_cast<std::size_t>(num_clusters), statistic),
                    resampling.level);
}

Result<Interval> bootstrap_interval(int num_clusters, ClusterStatistic statistic,
                                    const Resampling& resampling) {
  TRY_ASSIGN(const Resampled drawn, resampled(num_clusters, statistic, resampling));
  return percentile_interval(drawn.values, resampling.level);
}

Result<BootstrapResult> bootstrap_mean(std::span<const WeightedValue> values,
                                       const Resampling& resampling) {
  std::vector<PersonId> people;
  people.reserve(values.size());
  for (const WeightedValue& value : values) {
    if (!std::isfinite(value.value) || !std::isfinite(value.weight) || value.weight <= 0) {
      return error(ErrorCode::InvalidArgument, "value ", value.value, " with weight ", value.weight,
                   "; finite values with positive weights were expected");
    }
    people.push_back(value.person);
  }
  const PersonIndex index = index_people(people);
  const auto n = static_cast<std::size_t>(index.num_people);
  std::vector<double> totals(n);
  std::vector<double> weights(n);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto person = static_cast<std::size_t>(index.of[i]);
    totals[person] += values[i].weight * values[i].value;
    weights[person] += values[i].weight;
  }
  const auto mean = [&](std::span<const double> times) -> std::optional<double> {
    double total = 0;
    double weight = 0;
    for (std::size_t i = 0; i < n; ++i) {
      total += times[i] * totals[i];
      weight += times[i] * weights[i];
    }
    return weight > 0 ? std::optional(total / weight) : std::nullopt;
  };
  TRY_ASSIGN(const Resampled drawn, resampled(index.num_people, mean, resampling));
  double total = 0;
  double weight = 0;
  for (std::size_t i = 0; i < n; ++i) {
    total += totals[i];
    weight += weights[i];
  }
  std::vector<double> left_out;  // by subtraction: n steps instead of n²
  for (std::size_t i = 0; i < n; ++i)
    left_out.push_back((total - totals[i]) / (weight - weights[i]));
  return summary_of(drawn, left_out, resampling.level);
}

}  // namespace falconet
