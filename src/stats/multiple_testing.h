// Adjusted p-values where several hypotheses are tested at once.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace falconet {

/// Holm's step-down p-values (1979), in the order of the given ones: the chance of one false
/// finding among all stays below α, whatever their dependence. For contrasts declared before the
/// data. Errors, here and below: InvalidArgument for a p-value outside [0, 1].
Result<std::vector<double>> holm(std::span<const double> p_values);

/// Benjamini and Hochberg's step-up q-values (1995): the expected share of false ones among the
/// findings stays below α for independent or positively dependent tests. For exploration.
Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values);

}  // namespace falconet
