#include "stats/logistic.h"

#include <cmath>

#include "stats/mixed_mode.h"

namespace falconet {
namespace {

constexpr double kPrecision = 2e-6;  // of the people's deviation: coefficients are good to 1e-6

// Σ sᵢsᵢᵀ over people: each one's sum of residuals times columns.
SquareMatrix score_scatter(const RegressionData& data, const PersonIndex& index,
                           const LogisticMode& mode) {
  const std::size_t size = mode.coefficients.size();
  std::vector<double> scores(static_cast<std::size_t>(index.num_people) * size);
  for (std::size_t r = 0; r < mode.residuals.size(); ++r) {
    double* person = scores.data() + static_cast<std::size_t>(index.of[r]) * size;
    person[0] += mode.residuals[r];
    for (std::size_t j = 1; j < size; ++j) person[j] += mode.residuals[r] * data.columns[j - 1][r];
  }
  SquareMatrix scatter(size);
  for (std::size_t i = 0; i < scores.size(); i += size) {
    scatter.add_outer(std::span(scores).subspan(i, size), 1);
  }
  return scatter;
}

SquareMatrix sandwich(const SquareMatrix& bread, const SquareMatrix& filling, double scale) {
  SquareMatrix result(bread.size);
  for (std::size_t i = 0; i < bread.size; ++i) {
    for (std::size_t j = 0; j < bread.size; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < bread.size; ++k) {
        for (std::size_t l = 0; l < bread.size; ++l) {
          sum += bread(i, k) * filling(k, l) * bread(l, j);
        }
      }
      result(i, j) = scale * sum;
    }
  }
  return result;
}

LogisticFit summarize(const RegressionData& data, const PersonIndex& index, const MixedMode& mixed,
                      double level) {
  const double n = index.num_people;
  LogisticFit fit{.coefficients = mixed.mode.coefficients,
                  .covariance = sandwich(Cholesky(mixed.mode.curvature).inverse(),
                                         score_scatter(data, index, mixed.mode), n / (n - 1)),
                  .log_likelihood = mixed.log_likelihood,
                  .deviation = std::sqrt(mixed.variance),
                  .num_people = index.num_people};
  const double t = two_sided_t(level, n - 1);
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    const double error = std::sqrt(std::max(0.0, fit.covariance(j, j)));
    fit.standard_errors.push_back(error);
    fit.intervals.push_back({fit.coefficients[j] - t * error, fit.coefficients[j] + t * error});
  }
  return fit;
}

Status check(const RegressionData& data, const LogisticOptions& options) {
  TRY(check_regression_data(data));
  TRY(check_level(options.level));
  if (options.ridge >= 0 && std::isfinite(options.ridge)) return {};
  return error(ErrorCode::InvalidArgument, "a ridge is not negative: ", options.ridge);
}

}  // namespace

Result<LogisticFit> logistic_regression(const RegressionData& data,
                                        const LogisticOptions& options) {
  TRY(check(data, options));
  const PersonIndex index = index_people(data.people);
  TRY_ASSIGN(const MixedMode found, mixed_mode_at(data, index, {.ridge = options.ridge}));
  return summarize(data, index, found, options.level);
}

Result<LogisticFit> mixed_logistic_regression(const RegressionData& data,
                                              const LogisticOptions& options) {
  TRY(check(data, options));
  const PersonIndex index = index_people(data.people);
  TRY_ASSIGN(const MixedMode found, mixed_mode(data, index, options.ridge, kPrecision));
  return summarize(data, index, found, options.level);
}

}  // namespace falconet
