// Means of messages drawn at known chances from people who say more or less: Hájek's estimator with
// a variance that counts people, not messages.
#pragma once

#include <span>

#include "stats/interval.h"
#include "stats/people.h"

namespace falconet {

/// One message's value, and its weight: 1 / (the chance that it was drawn).
struct WeightedValue {
  PersonId person = {};
  double value = 0;
  double weight = 1;
};

struct WeightedMean {
  double mean = 0;
  double standard_error = 0;  // 0 where one person or no difference leaves nothing to estimate it
  Interval interval = {};
  int num_people = 0;
  int num_values = 0;
  /// How many independent, equally weighted values would say as much: proportions only.
  double effective_size = 0;
};

/// Hájek's estimator Σwv / Σw (Särndal, Swensson, Wretman 1992, section 5.7) with the linearised
/// variance of person totals, n/(n − 1) Σᵢ(Σⱼ wᵢⱼ(vᵢⱼ − mean))² / (Σw)² over the n people, as if
/// people were drawn with replacement; interval by Student's t with n − 1 degrees of freedom.
/// Below some 15 people the interval is too short where weights are very uneven.
/// Errors: InvalidArgument with fewer than two people, a weight that is not positive or a value
/// that is not finite; as check_level.
Result<WeightedMean> hajek_mean(std::span<const WeightedValue> values, double level = 0.95);

/// The same for values of 0 and 1, with an interval that stays inside [0, 1]: Clopper and Pearson's
/// with the effective size p(1 − p) / variance in place of the number of trials, shrunk for the
/// degrees of freedom (Korn and Graubard 1998). Where all values agree, the effective size is the
/// number of people: what one person does over and over is seen once.
/// Errors: as hajek_mean, and InvalidArgument for a value other than 0 and 1.
Result<WeightedMean> hajek_proportion(std::span<const WeightedValue> values, double level = 0.95);

}  // namespace falconet
