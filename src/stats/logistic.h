// Logistic regression whose intervals count people: what goes with bad answers, and how much.
//
// Two models. `logistic_regression` is marginal: it describes the average over people and makes no
// assumption about how their messages depend on each other; a talkative person weighs as much as
// their messages. `mixed_logistic_regression` gives every person an intercept of their own, so that
// it mostly compares a person's messages with that person's others. Both report standard errors
// from the scatter of people's scores (a sandwich), which stay right where the model of the
// dependence is wrong.
#pragma once

#include <vector>

#include "stats/interval.h"
#include "stats/linear_algebra.h"
#include "stats/regression_data.h"

namespace falconet {

struct LogisticOptions {
  /// Subtracts ridge/2 · β² for all coefficients but the intercept: finite answers where a column
  /// separates the outcomes, at the price of a bias towards 0. Scale the columns alike.
  double ridge = 0;
  double level = 0.95;
};

struct LogisticFit {
  std::vector<double> coefficients = {};     // [1 + num_columns], log odds; the intercept first
  std::vector<double> standard_errors = {};  // of each, clustered by person
  std::vector<Interval> intervals = {};      // Student's t with num_people − 1 degrees of freedom
  SquareMatrix covariance = SquareMatrix(0);
  double log_likelihood = 0;  // of a mixed model: marginal, by Laplace's approximation
  double deviation = 0;       // of people's intercepts (log odds); 0 in the marginal model
  int num_people = 0;
};

/// Iteratively reweighted least squares; covariance H⁻¹ (Σ sᵢsᵢᵀ) H⁻¹ · n/(n − 1) over the scores
/// sᵢ of the n people (Liang and Zeger 1986, with the usual correction for few clusters). Below
/// some 20 people the intervals are too short. Errors: as check_regression_data and check_level;
/// InvalidArgument for a negative ridge, collinear columns, or outcomes that the columns separate.
Result<LogisticFit> logistic_regression(const RegressionData& data, const LogisticOptions& options);

/// The same with normal intercepts of people. Coefficients and intercepts are the mode of the
/// penalised likelihood, the intercepts' variance maximises its Laplace approximation (Breslow and
/// Clayton 1993; lme4's nAGQ = 0). With a dozen or more messages a person and rates that are not
/// extreme the coefficients are within a few percent of those of full maximum likelihood; with very
/// few they are drawn towards 0. Where people with strict intercepts also have high values of a
/// column, some of that is taken for an effect of the column; its mean by person as one more column
/// takes it out (Mundlak 1978).
Result<LogisticFit> mixed_logistic_regression(const RegressionData& data,
                                              const LogisticOptions& options);

}  // namespace falconet
