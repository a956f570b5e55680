#include "stats/power.h"

#include <cmath>

#include "stats/distributions.h"
#include "stats/special_functions.h"

namespace falconet {
namespace {

constexpr double kMostValues = 1e12;

Status check_plan(const PowerPlan& plan) {
  const auto is_inside = [](double p) { return p > 0 && p < 1; };
  if (is_inside(plan.alpha) && is_inside(plan.power) && std::isfinite(plan.design_effect) &&
      plan.design_effect > 0) {
    return {};
  }
  return error(ErrorCode::InvalidArgument, "a plan needs alpha and power between 0 and 1 and a ",
               "positive design effect, not ", plan.alpha, ", ", plan.power, ", ",
               plan.design_effect);
}

Status check_groups(double p_a, double p_b, double n_a, double n_b) {
  const auto is_chance = [](double p) { return p >= 0 && p <= 1; };
  const auto is_size = [](double n) { return n >= 1 && n <= kMostValues; };
  if (is_chance(p_a) && is_chance(p_b) && is_size(n_a) && is_size(n_b)) return {};
  return error(ErrorCode::InvalidArgument, "two proportions and two sizes were expected, not ", p_a,
               ", ", p_b, " and ", n_a, ", ", n_b);
}

double power_of(double p_a, double p_b, double n_a, double n_b, const PowerPlan& plan) {
  const double a = n_a / plan.design_effect;
  const double b = n_b / plan.design_effect;
  const double pooled = (a * p_a + b * p_b) / (a + b);
  const double null_deviation = std::sqrt(pooled * (1 - pooled) * (1 / a + 1 / b));
  const double deviation = std::sqrt(p_a * (1 - p_a) / a + p_b * (1 - p_b) / b);
  const double distance =
      std::abs(p_a - p_b) - normal_quantile(1 - plan.alpha / 2) * null_deviation;
  if (deviation == 0) return distance > 0 ? 1 : 0;
  return normal_cdf(distance / deviation);
}

}  // namespace

Result<double> two_proportion_power(double p_a, double p_b, double n_a, double n_b,
                                    const PowerPlan& plan) {
  TRY(check_plan(plan));
  TRY(check_groups(p_a, p_b, n_a, n_b));
  return power_of(p_a, p_b, n_a, n_b, plan);
}

Result<std::int64_t> two_proportion_sample_size(double p_a, double p_b, const PowerPlan& plan) {
  TRY(check_plan(plan));
  TRY(check_groups(p_a, p_b, 1, 1));
  if (p_a == p_b || power_of(p_a, p_b, kMostValues, kMostValues, plan) < plan.power) {
    return error(ErrorCode::InvalidArgument, "no sample finds a difference between ", p_a, " and ",
                 p_b);
  }
  const double size = solve_increasing([&](double n) { return power_of(p_a, p_b, n, n, plan); },
                                       plan.power, 1, kMostValues);
  // A size that is whole but for rounding is that size.
  return static_cast<std::int64_t>(std::ceil(size - 1e-6));
}

Result<double> minimum_detectable_difference(double baseline, double n_a, double n_b,
                                             Direction direction, const PowerPlan& plan) {
  TRY(check_plan(plan));
  TRY(check_groups(baseline, baseline, n_a, n_b));
  const double sign = direction == Direction::Higher ? 1 : -1;
  const double most = direction == Direction::Higher ? 1 - baseline : baseline;
  const auto power_at = [&](double d) {
    return power_of(baseline + sign * d, baseline, n_a, n_b, plan);
  };
  if (power_at(most) < plan.power) {
    return error(ErrorCode::NotFound, "with ", n_a, " and ", n_b, " values no difference from ",
                 baseline, " would be found");
  }
  return solve_increasing(power_at, plan.power, 0, most);
}

}  // namespace falconet
