// How much of a study a problem is: how common, and how many people meet it.
#pragma once

#include <optional>
#include <span>

#include "stats/interval.h"
#include "stats/weighted_mean.h"

namespace falconet {

struct ProblemBurden {
  double value = 0;                       // share of answers × share of people who met it
  std::optional<Interval> interval = {};  // percentile bootstrap over people
};

/// `values`: 1 for an answer with the problem. Nothing with fewer than two people. A product that
/// is 0 has no interval. With more than kMostBootstrapped people a tenth of the resamples is drawn.
std::optional<ProblemBurden> problem_burden(std::span<const WeightedValue> values,
                                            const Resampling& resampling);

/// Beyond so many people the bootstrap says what the formulas say, at a price.
constexpr int kMostBootstrapped = 2000;

}  // namespace falconet
