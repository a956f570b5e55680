// The inner problem of both logistic regressions: the coefficients, and each person's own
// intercept, that maximise a penalised likelihood.
#pragma once

#include <vector>

#include "stats/linear_algebra.h"
#include "stats/regression_data.h"

namespace falconet {

struct LogisticPenalty {
  double ridge = 0;     // subtracts ridge/2 · β² for every coefficient but the intercept
  double variance = 0;  // of the people's intercepts, whose penalty is u² / (2·variance); 0: none
};

/// Where the penalised likelihood is highest.
struct LogisticMode {
  std::vector<double> coefficients;        // [1 + num_columns]
  std::vector<double> intercepts;          // [num_people], around coefficient 0
  std::vector<double> information;         // [num_rows] weight · p(1 − p)
  std::vector<double> residuals;           // [num_rows] weight · (outcome − p)
  std::vector<double> predictors;          // [num_rows] log odds, the person's intercept included
  std::vector<double> person_information;  // [num_people] sums of `information`
  double log_likelihood = 0;               // without the penalties

  /// The fixed effects' share of the curvature, the people's intercepts eliminated: XᵀV⁻¹X plus the
  /// ridge, with V = W⁻¹ + variance · 1 1ᵀ within a person.
  SquareMatrix curvature = SquareMatrix(0);
};

/// Newton's method with step halving; the Hessian's block of intercepts is diagonal and is
/// eliminated, so that a step costs num_rows · num_columns². `start`, from an earlier fit of as
/// many columns, saves steps. `data` has been checked. Errors: InvalidArgument where the columns
/// are collinear or, without a ridge, separate the outcomes, so that no finite coefficients are
/// best.
Result<LogisticMode> logistic_mode(const RegressionData& data, const PersonIndex& index,
                                   const LogisticPenalty& penalty,
                                   const LogisticMode* start = nullptr);

}  // namespace falconet
