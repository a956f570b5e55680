// Intervals for a proportion where each person gives one answer. Messages of the same person are
// not independent; for those see weighted_mean.h and bootstrap.h.
#pragma once

#include <cstdint>

#include "stats/interval.h"

namespace falconet {

/// `successes` of `trials`, each trial independent with the same chance.
struct Count {
  std::int64_t successes = 0;
  std::int64_t trials = 0;
};

/// Errors: InvalidArgument unless 0 <= successes <= trials and trials > 0.
Status check_count(const Count& count);

/// Wilson's score interval (1927) without continuity correction: close to the promised level on
/// average over p, from a handful of trials on. Errors: as check_count, check_level.
Result<Interval> wilson_interval(const Count& count, double level = 0.95);

/// Clopper and Pearson's exact interval (1934): never below the promised level, wider for it.
/// Errors: as check_count, check_level.
Result<Interval> clopper_pearson_interval(const Count& count, double level = 0.95);

/// The one-sided upper bound when nothing was seen in `trials`: 1 − (1 − level)^(1/trials). "None
/// observed" in 300 independent trials means "at most 1.0 %" at 95 %. Errors: InvalidArgument
/// without a trial; as check_level.
Result<double> none_observed_upper_bound(std::int64_t trials, double level = 0.95);

}  // namespace falconet
