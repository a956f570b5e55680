// Intervals and how they are asked for.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace falconet {

/// A confidence interval, both ends included.
struct Interval {
  double low = 0;
  double high = 0;

  bool contains(double value) const { return low <= value && value <= high; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// How to resample. The same options give the same numbers on every machine.
struct Resampling {
  int num_resamples = 2000;
  std::uint64_t seed = 1;
  double level = 0.95;
};

/// Errors: InvalidArgument unless 0.5 <= level < 1.
Status check_level(double level);

/// Errors: InvalidArgument unless the level is one and there are 10 to 1,000,000 resamples.
Status check_resampling(const Resampling& resampling);

/// z with P(|Z| <= z) = level for a standard normal Z, and the same for Student's t.
double two_sided_normal(double level);
double two_sided_t(double level, double df);

}  // namespace falconet
