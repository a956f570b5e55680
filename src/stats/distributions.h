// Distribution functions and quantiles: normal, Student's t, chi-squared, beta, binomial. Absolute
// errors are under 1e-10. A probability outside [0, 1] or a parameter outside its range is a bug
// and is CHECKed.
#pragma once

#include <cstdint>

namespace falconet {

double normal_cdf(double x);
/// Where normal_cdf is `p`; 0 < p < 1. Start from Abramowitz and Stegun 26.2.23, then Halley's
/// method on the complementary error function.
double normal_quantile(double p);

/// Student's t with `df` > 0 degrees of freedom.
double student_t_cdf(double t, double df);
double student_t_quantile(double p, double df);

/// Chi-squared with `df` > 0 degrees of freedom, x >= 0; the upper tail is its own function since
/// it is what tests report.
double chi_squared_cdf(double x, double df);
double chi_squared_upper(double x, double df);
double chi_squared_quantile(double p, double df);

/// Beta with a, b > 0; its quantiles are the bounds of Clopper and Pearson.
double beta_cdf(double x, double a, double b);
double beta_quantile(double p, double a, double b);

/// The chance of exactly k, of at most k, and of at least k successes in n trials; 0 <= p <= 1.
double binomial_pmf(std::int64_t k, std::int64_t n, double p);
double binomial_cdf(std::int64_t k, std::int64_t n, double p);
double binomial_upper(std::int64_t k, std::int64_t n, double p);

}  // namespace falconet
