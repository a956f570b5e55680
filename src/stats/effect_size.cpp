#include "stats/effect_size.h"

#include <cmath>

#include "stats/special_functions.h"

namespace falconet {
namespace {

double share(const Count& count) {
  return static_cast<double>(count.successes) / static_cast<double>(count.trials);
}

struct Moments {
  double size = 0;
  double mean = 0;
  double squares = 0;  // of the deviations from the mean
};

Moments moments(std::span<const double> values) {
  Moments result{.size = static_cast<double>(values.size())};
  for (const double value : values) result.mean += value / result.size;
  for (const double value : values) result.squares += std::pow(value - result.mean, 2);
  return result;
}

}  // namespace

Result<EffectSize> risk_difference(const Count& a, const Count& b, double level) {
  TRY_ASSIGN(const Interval of_a, wilson_interval(a, level));
  TRY_ASSIGN(const Interval of_b, wilson_interval(b, level));
  const double pa = share(a);
  const double pb = share(b);
  return EffectSize{.value = pa - pb,
                    .interval = {pa - pb - std::hypot(pa - of_a.low, of_b.high - pb),
                                 pa - pb + std::hypot(of_a.high - pa, pb - of_b.low)}};
}

Result<EffectSize> risk_ratio(const Count& a, const Count& b, double level) {
  TRY(check_count(a));
  TRY(check_count(b));
  TRY(check_level(level));
  const bool no_variance = a.successes == a.trials && b.successes == b.trials;
  const double add = a.successes == 0 || b.successes == 0 || no_variance ? 0.5 : 0;
  const double ka = static_cast<double>(a.successes) + add;
  const double kb = static_cast<double>(b.successes) + add;
  const double na = static_cast<double>(a.trials) + add;
  const double nb = static_cast<double>(b.trials) + add;
  const double ratio = (ka / na) / (kb / nb);
  const double half =
      two_sided_normal(level) * std::sqrt(std::max(0.0, 1 / ka - 1 / na + 1 / kb - 1 / nb));
  return EffectSize{.value = ratio, .interval = {ratio * std::exp(-half), ratio * std::exp(half)}};
}

Result<EffectSize> cohens_h(const Count& a, const Count& b, double level) {
  TRY(check_count(a));
  TRY(check_count(b));
  TRY(check_level(level));
  const double h = 2 * std::asin(std::sqrt(share(a))) - 2 * std::asin(std::sqrt(share(b)));
  const double half = two_sided_normal(level) * std::sqrt(1 / static_cast<double>(a.trials) +
                                                          1 / static_cast<double>(b.trials));
  return EffectSize{.value = h, .interval = {h - half, h + half}};
}

Result<EffectSize> hedges_g(std::span<const double> a, std::span<const double> b, double level) {
  TRY(check_level(level));
  if (a.size() < 2 || b.size() < 2) {
    return error(ErrorCode::InvalidArgument, "two groups of two people or more were expected; ",
                 "they have ", a.size(), " and ", b.size());
  }
  const Moments of_a = moments(a);
  const Moments of_b = moments(b);
  const double df = of_a.size + of_b.size - 2;
  const double deviation = std::sqrt((of_a.squares + of_b.squares) / df);
  if (!std::isfinite(deviation) || deviation <= 0) {
    return error(ErrorCode::InvalidArgument, "Hedges' g needs finite values that differ");
  }
  const double j = std::exp(log_gamma(df / 2) - log_gamma((df - 1) / 2)) / std::sqrt(df / 2);
  const double g = j * (of_a.mean - of_b.mean) / deviation;
  const double variance = 1 / of_a.size + 1 / of_b.size + g * g / (2 * (of_a.size + of_b.size));
  const double half = two_sided_normal(level) * std::sqrt(variance);
  return EffectSize{.value = g, .interval = {g - half, g + half}};
}

}  // namespace falconet
