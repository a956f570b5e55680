#include "stats/proportion.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace falconet {

Status check_count(const Count& count) {
  if (count.trials > 0 && count.successes >= 0 && count.successes <= count.trials) return {};
  return error(ErrorCode::InvalidArgument, "a proportion needs 0 <= successes <= trials and a ",
               "trial, not ", count.successes, " of ", count.trials);
}

Result<Interval> wilson_interval(const Count& count, double level) {
  TRY(check_count(count));
  TRY(check_level(level));
  const double n = static_cast<double>(count.trials);
  const double p = static_cast<double>(count.successes) / n;
  const double z2 = std::pow(two_sided_normal(level), 2);
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = std::sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return Interval{count.successes == 0 ? 0 : std::max(0.0, middle - half),
                  count.successes == count.trials ? 1 : std::min(1.0, middle + half)};
}

Result<Interval> clopper_pearson_interval(const Count& count, double level) {
  TRY(check_count(count));
  TRY(check_level(level));
  const double tail = (1 - level) / 2;
  const double k = static_cast<double>(count.successes);
  const double misses = static_cast<double>(count.trials - count.successes);
  return Interval{k == 0 ? 0 : beta_quantile(tail, k, misses + 1),
                  misses == 0 ? 1 : beta_quantile(1 - tail, k + 1, misses)};
}

Result<double> none_observed_upper_bound(std::int64_t trials, double level) {
  TRY(check_count({.successes = 0, .trials = trials}));
  TRY(check_level(level));
  return -std::expm1(std::log1p(-level) / static_cast<double>(trials));
}

}  // namespace falconet
