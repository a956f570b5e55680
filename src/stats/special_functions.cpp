#include "stats/special_functions.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "base/check.h"

namespace falconet {
namespace {

constexpr double kTiny = 1e-300;
constexpr double kPrecision = std::numeric_limits<double>::epsilon() / 2;
// The fractions and series need about √a terms; this is reached beyond a = 10¹⁰ only.
constexpr int kMaxTerms = 500'000;
const double kHalfLogTwoPi = 0.5 * std::log(2.0 * std::numbers::pi);

// What Stirling's formula leaves of ln Γ(x), x >= 12: 1/(12x) − 1/(360x³) + …
double stirling_series(double x) {
  const double r = 1.0 / (x * x);
  return (1.0 / 12 -
          r * (1.0 / 360 -
               r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691.0 / 360360))))) /
         x;
}

// ln z! − ((z + ½) ln z − z + ½ ln 2π), z > 0.
double stirling_error(double z) {
  if (z >= 12) return stirling_series(z);
  return log_gamma(z + 1) - (z + 0.5) * std::log(z) + z - kHalfLogTwoPi;
}

// k ln(k / mean) + mean − k without cancellation where the two are close; k, mean > 0.
double deviance(double k, double mean) {
  if (std::abs(k - mean) >= 0.1 * (k + mean)) return k * std::log(k / mean) + mean - k;
  const double v = (k - mean) / (k + mean);
  double sum = (k - mean) * v;
  double power = 2 * k * v;
  for (int j = 1; j < 1000; ++j) {
    power *= v * v;
    const double next = sum + power / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

// xᵃ e⁻ˣ / Γ(a + 1).
double poisson_density(double a, double x) {
  if (x == 0) return 0;
  return std::exp(-stirling_error(a) - deviance(a, x)) / std::sqrt(2 * std::numbers::pi * a);
}

double gamma_series(double a, double x) {
  double term = 1;
  double sum = 1;
  for (int n = 1; n < kMaxTerms && term > sum * kPrecision; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * poisson_density(a, x);
}

double gamma_fraction(double a, double x) {
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double h = d;
  for (int n = 1; n < kMaxTerms; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    h *= d * c;
    if (std::abs(d * c - 1) <= 2 * kPrecision) break;
  }
  return h * a * poisson_density(a, x);
}

// One step of Lentz's method with the numerator `an`; returns the factor on the fraction.
double lentz_step(double an, double& c, double& d) {
  d = 1 + an * d;
  if (std::abs(d) < kTiny) d = kTiny;
  c = 1 + an / c;
  if (std::abs(c) < kTiny) c = kTiny;
  d = 1 / d;
  return d * c;
}

double beta_fraction(double a, double b, double x) {
  double c = 1;
  double d = 1 - (a + b) * x / (a + 1);
  if (std::abs(d) < kTiny) d = kTiny;
  d = 1 / d;
  double h = d;
  for (int m = 1; m < kMaxTerms; ++m) {
    h *= lentz_step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), c, d);
    const double factor =
        lentz_step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), c, d);
    h *= factor;
    if (std::abs(factor - 1) <= 2 * kPrecision) break;
  }
  return h;
}

}  // namespace

double log_gamma(double x) {
  CHECK(x > 0, "log_gamma of ", x);
  double product = 1;
  while (x < 12) product *= x++;
  return (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + stirling_series(x) - std::log(product);
}

double incomplete_gamma_lower(double a, double x) {
  CHECK(a > 0 && x >= 0, "incomplete gamma of ", a, ", ", x);
  if (std::isinf(x)) return 1;
  return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

double incomplete_gamma_upper(double a, double x) {
  CHECK(a > 0 && x >= 0, "incomplete gamma of ", a, ", ", x);
  if (std::isinf(x)) return 0;
  return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double binomial_density(double k, double n, double p) {
  CHECK(k >= 0 && k <= n && p >= 0 && p <= 1, "binomial density of ", k, " of ", n, " at ", p);
  if (p == 0) return k == 0 ? 1 : 0;
  if (p == 1) return k == n ? 1 : 0;
  if (k == 0) return std::exp(n * std::log1p(-p));
  if (k == n) return std::exp(n * std::log(p));
  const double exponent = stirling_error(n) - stirling_error(k) - stirling_error(n - k) -
                          deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return std::exp(exponent) * std::sqrt(n / (2 * std::numbers::pi * k * (n - k)));
}

double incomplete_beta(double a, double b, double x) {
  CHECK(a > 0 && b > 0 && x >= 0 && x <= 1, "incomplete beta of ", a, ", ", b, ", ", x);
  if (x == 0 || x == 1) return x;
  // xᵃ (1 − x)ᵇ / B(a, b).
  const double front = a * b / (a + b) * binomial_density(a, a + b, x);
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double solve_increasing(FunctionRef<double(double)> f, double target, double low, double high) {
  for (int step = 0; step < 1100; ++step) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) < target ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace falconet
