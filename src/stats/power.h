// What a study of this size can see: power, sample size and the smallest difference of two
// proportions that would be found.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace falconet {

/// A planned comparison of two proportions.
struct PowerPlan {
  double alpha = 0.05;  // two-sided
  double power = 0.8;
  /// How many dependent values say as much as one independent one: 1 + (messages a person − 1) ×
  /// their correlation within people; 1 where each person counts once.
  double design_effect = 1;
};

/// The chance that the two-sided z test (variance pooled under the null hypothesis) finds p_a ≠ p_b
/// with n_a and n_b values (Fleiss, Levin, Paik 2003, section 4.2); the tail on the wrong side is
/// left out.
/// Errors, here and below: InvalidArgument for probabilities outside (0, 1) — for p_a and p_b
/// outside [0, 1] —, sizes below 1 or above 1e12, or a design effect that is not positive.
Result<double> two_proportion_power(double p_a, double p_b, double n_a, double n_b,
                                    const PowerPlan& plan);

/// The values that each of two equal groups needs; equal proportions are an error.
Result<std::int64_t> two_proportion_sample_size(double p_a, double p_b, const PowerPlan& plan);

enum class Direction { Higher, Lower };

/// The smallest d >= 0 so that `baseline` + d (or − d, for `Direction::Lower`) against `baseline`
/// is found with the planned power. Errors: NotFound where even 1 (or 0) against it would not be.
Result<double> minimum_detectable_difference(double baseline, double n_a, double n_b,
                                             Direction direction, const PowerPlan& plan);

}  // namespace falconet
