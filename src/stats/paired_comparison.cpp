#include "stats/paired_comparison.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/proportion.h"

namespace falconet {
namespace {

// Newcombe's φ: how strongly the two answers of a pair go together.
double correlation(const PairedCounts& pairs) {
  const double both = static_cast<double>(pairs.both);
  const double first = static_cast<double>(pairs.only_first);
  const double second = static_cast<double>(pairs.only_second);
  const double neither = static_cast<double>(pairs.neither);
  const double margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  if (margins == 0) return 0;
  return (both * neither - first * second) / std::sqrt(margins);
}

}  // namespace

Result<double> sign_test(std::int64_t wins, std::int64_t losses) {
  if (wins < 0 || losses < 0) {
    return error(ErrorCode::InvalidArgument, "counts were expected, not ", wins, " and ", losses);
  }
  return std::min(1.0, 2 * binomial_cdf(std::min(wins, losses), wins + losses, 0.5));
}

Result<PairedProportions> mcnemar_exact(const PairedCounts& pairs, double level) {
  const std::int64_t n = pairs.both + pairs.only_first + pairs.only_second + pairs.neither;
  if (std::min({pairs.both, pairs.only_first, pairs.only_second, pairs.neither}) < 0 || n <= 0) {
    return error(ErrorCode::InvalidArgument, "counts of pairs were expected, at least one pair");
  }
  const Count first{.successes = pairs.both + pairs.only_first, .trials = n};
  const Count second{.successes = pairs.both + pairs.only_second, .trials = n};
  TRY_ASSIGN(const Interval first_interval, wilson_interval(first, level));
  TRY_ASSIGN(const Interval second_interval, wilson_interval(second, level));
  TRY_ASSIGN(const double p_value, sign_test(pairs.only_second, pairs.only_first));
  const double total = static_cast<double>(n);
  const double p1 = static_cast<double>(first.successes) / total;
  const double p2 = static_cast<double>(second.successes) / total;
  const double phi = correlation(pairs);
  const auto side = [phi](double up, double down) {
    return std::sqrt(std::max(0.0, up * up - 2 * phi * up * down + down * down));
  };
  const double difference = p2 - p1;
  return PairedProportions{
      .difference = difference,
      .interval = {difference - side(p2 - second_interval.low, first_interval.high - p1),
                   difference + side(second_interval.high - p2, p1 - first_interval.low)},
      .p_value = p_value};
}

Result<BootstrapResult> paired_bootstrap(std::span<const PairedValue> pairs,
                                         const Resampling& resampling) {
  std::vector<WeightedValue> differences;
  differences.reserve(pairs.size());
  for (const auto& [person, first, second] : pairs) {
    differences.push_back({.person = person, .value = second - first});
  }
  return bootstrap_mean(differences, resampling);
}

}  // namespace falconet
