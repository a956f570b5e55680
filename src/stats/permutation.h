// The permutation test of two groups of people: no assumption but that, without a difference, any
// person could as well be in the other group.
#pragma once

#include <span>

#include "stats/fisher.h"

namespace falconet {

struct PermutationResult {
  double difference = 0;  // mean of a − mean of b
  double p_value = 1;
  bool is_exact = false;  // all divisions of the people were counted
};

/// Tests the difference of means, one value a person (aggregate messages first). All divisions are
/// counted where there are at most `num_resamples`; otherwise that many are drawn and p = (1 + as
/// extreme ones) / (1 + drawn), which keeps the test's level (Phipson and Smyth 2010). Differences
/// within 1e-12 of the largest value count as equal. `resampling.level` plays no part.
/// Errors: InvalidArgument for an empty group or a value that is not finite; as check_resampling.
Result<PermutationResult> permutation_test(std::span<const double> a, std::span<const double> b,
                                           const Resampling& resampling, Tail tail = Tail::Both);

}  // namespace falconet
