// How large a difference between two groups of people is, with intervals.
#pragma once

#include <span>

#include "stats/interval.h"
#include "stats/proportion.h"

namespace falconet {

/// An effect and its interval.
struct EffectSize {
  double value = 0;
  Interval interval = {};
};

/// p_a − p_b with Newcombe's hybrid score interval (1998, method 10).
/// Errors, here and below: as check_count, check_level.
Result<EffectSize> risk_difference(const Count& a, const Count& b, double level = 0.95);

/// p_a / p_b with Katz's interval on the logarithm (1978). Where a group has no success, or all of
/// both have it, ½ is added to the successes and to the trials of both (Walter 1975), in the value
/// too, so that it stays finite.
Result<EffectSize> risk_ratio(const Count& a, const Count& b, double level = 0.95);

/// Cohen's h, 2 asin √p_a − 2 asin √p_b (Cohen 1988, chapter 6), with its normal interval: standard
/// error √(1/n_a + 1/n_b).
Result<EffectSize> cohens_h(const Count& a, const Count& b, double level = 0.95);

/// Hedges' g: the difference of means in units of the pooled standard deviation, with the exact
/// factor J against small samples' bias (Hedges 1981), and the normal interval with variance
/// 1/n_a + 1/n_b + g² / (2(n_a + n_b)) (Hedges and Olkin 1985, 5.A).
/// Errors: InvalidArgument where a group has fewer than two people, a value is not finite or no
/// value differs from the others of its group; as check_level.
Result<EffectSize> hedges_g(std::span<const double> a, std::span<const double> b,
                            double level = 0.95);

}  // namespace falconet
