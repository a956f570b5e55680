// What the regressions take: outcomes, columns and whose they are.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/people.h"

namespace falconet {

/// Rows are observations. Every regression adds the intercept, coefficient 0, itself.
struct RegressionData {
  std::span<const PersonId> people;              // [num_rows]
  std::span<const double> outcomes;              // [num_rows], 0 to 1
  std::vector<std::span<const double>> columns;  // each [num_rows]
  std::span<const double> weights = {};          // [num_rows], positive; empty: all 1
};

/// Lists of different lengths are bugs and are CHECKed. Errors: InvalidArgument for a value that is
/// not finite, an outcome outside [0, 1], a weight that is not positive, outcomes that are all 0 or
/// all 1, or fewer than two people.
Status check_regression_data(const RegressionData& data);

}  // namespace falconet
