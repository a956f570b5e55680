#include "stats/distributions.h"

#include <cmath>
#include <numbers>

#include "base/check.h"
#include "stats/special_functions.h"

namespace falconet {

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_quantile(double p) {
  CHECK(p > 0 && p < 1, "normal quantile of ", p);
  const double tail = p < 0.5 ? p : 1 - p;
  const double t = std::sqrt(-2 * std::log(tail));
  double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                     (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  // In the upper tail, where erfc keeps its relative accuracy: upper(x) = tail.
  for (int step = 0; step < 4; ++step) {
    const double density = std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    if (density == 0) break;
    const double ratio = (0.5 * std::erfc(x / std::numbers::sqrt2) - tail) / density;
    x += ratio / (1 - x * ratio / 2);
  }
  return p < 0.5 ? -x : x;
}

double student_t_cdf(double t, double df) {
  CHECK(df > 0, "Student's t with ", df, " degrees of freedom");
  if (std::isinf(df)) return normal_cdf(t);
  if (t * t < df) {  // 1 − df / (df + t²) would lose what a small t says
    const double middle = 0.5 * incomplete_beta(0.5, df / 2, t * t / (df + t * t));
    return t < 0 ? 0.5 - middle : 0.5 + middle;
  }
  const double tail = 0.5 * incomplete_beta(df / 2, 0.5, df / (df + t * t));
  return t < 0 ? tail : 1 - tail;
}

double student_t_quantile(double p, double df) {
  CHECK(p > 0 && p < 1 && df > 0, "quantile ", p, " of Student's t, ", df, " degrees of freedom");
  if (p == 0.5) return 0;
  const double tail = p < 0.5 ? p : 1 - p;
  // x = df / (df + t²) has the distribution function 2·tail, so t follows from a beta quantile;
  // from its complement where t is small, which would lose digits.
  const double x = beta_quantile(2 * tail, df / 2, 0.5);
  const double y = beta_quantile(1 - 2 * tail, 0.5, df / 2);
  const double t = x < 0.5 ? std::sqrt(df * (1 - x) / x) : std::sqrt(df * y / (1 - y));
  return p < 0.5 ? -t : t;
}

double chi_squared_cdf(double x, double df) { return incomplete_gamma_lower(df / 2, x / 2); }

double chi_squared_upper(double x, double df) { return incomplete_gamma_upper(df / 2, x / 2); }

double chi_squared_quantile(double p, double df) {
  CHECK(p >= 0 && p < 1 && df > 0, "quantile ", p, " of chi-squared, ", df, " degrees");
  double high = df + 10;
  while (chi_squared_cdf(high, df) < p && high < 1e300) high *= 2;
  return solve_increasing([df](double x) { return chi_squared_cdf(x, df); }, p, 0, high);
}

double beta_cdf(double x, double a, double b) { return incomplete_beta(a, b, x); }

double beta_quantile(double p, double a, double b) {
  CHECK(p >= 0 && p <= 1 && a > 0 && b > 0, "quantile ", p, " of beta ", a, ", ", b);
  if (p == 0 || p == 1) return p;
  return solve_increasing([a, b](double x) { return incomplete_beta(a, b, x); }, p, 0, 1);
}

double binomial_pmf(std::int64_t k, std::int64_t n, double p) {
  CHECK(n >= 0, "binomial of ", n, " trials");
  if (k < 0 || k > n) return 0;
  return binomial_density(static_cast<double>(k), static_cast<double>(n), p);
}

double binomial_cdf(std::int64_t k, std::int64_t n, double p) {
  CHECK(n >= 0 && p >= 0 && p <= 1, "binomial of ", n, " trials at ", p);
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incomplete_beta(static_cast<double>(n - k), static_cast<double>(k + 1), 1 - p);
}

double binomial_upper(std::int64_t k, std::int64_t n, double p) {
  CHECK(n >= 0 && p >= 0 && p <= 1, "binomial of ", n, " trials at ", p);
  if (k <= 0) return 1;
  if (k > n) return 0;
  return incomplete_beta(static_cast<double>(k), static_cast<double>(n - k + 1), p);
}

}  // namespace falconet
