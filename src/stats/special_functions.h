// The special functions that the distributions stand on: gamma and beta, complete and incomplete.
// Absolute errors are under 1e-12 for arguments up to 1e6. Arguments outside the stated ranges are
// bugs and are CHECKed; whatever takes numbers from the world tests them first.
#pragma once

#include "base/function_ref.h"

namespace falconet {

/// ln Γ(x), x > 0, by Stirling's series (Abramowitz and Stegun 6.1.41) from 12 upwards. std::lgamma
/// writes a global variable, which threads must not share.
double log_gamma(double x);

/// The probability that a gamma variable of shape `a` (scale 1) is at most `x`: P(a, x), and its
/// complement Q(a, x), each without cancellation; a > 0, x >= 0. Series below a + 1, continued
/// fraction above (Numerical Recipes, third edition, 6.2).
double incomplete_gamma_lower(double a, double x);
double incomplete_gamma_upper(double a, double x);

/// I_x(a, b), the probability that a beta variable is at most x; a, b > 0, 0 <= x <= 1. Continued
/// fraction by Lentz's method (Numerical Recipes, 6.4), its leading factor by Loader's deviances
/// ("Fast and accurate computation of binomial probabilities", 2000).
double incomplete_beta(double a, double b, double x);

/// n! / (k! (n − k)!) pᵏ (1 − p)ⁿ⁻ᵏ for real 0 <= k <= n and 0 <= p <= 1 (Loader 2000).
double binomial_density(double k, double n, double p);

/// Where the increasing function `f` reaches `target` within [low, high], to the last bit that
/// halving can tell apart; the nearer end where it does not reach it.
double solve_increasing(FunctionRef<double(double)> f, double target, double low, double high);

}  // namespace falconet
