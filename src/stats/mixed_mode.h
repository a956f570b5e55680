// The mixed logistic model's inner result, for methods that go on from it (threshold.h).
#pragma once

#include "stats/logistic_mode.h"

namespace falconet {

struct MixedMode {
  LogisticMode mode;
  double variance = 0;        // of people's intercepts
  double log_likelihood = 0;  // marginal, by Laplace's approximation, the ridge left out
};

/// The mode at that variance and its marginal likelihood. Errors, here and below: as logistic_mode.
Result<MixedMode> mixed_mode_at(const RegressionData& data, const PersonIndex& index,
                                const LogisticPenalty& penalty,
                                const LogisticMode* start = nullptr);

/// The variance with the highest marginal likelihood, by golden sections between deviations of 0.01
/// and 10, to `precision` of the deviation. The likelihood is flat there: an error of a percent
/// moves it by less than 0.01.
Result<MixedMode> mixed_mode(const RegressionData& data, const PersonIndex& index, double ridge,
                             double precision);

}  // namespace falconet
