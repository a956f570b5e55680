#include "stats/logistic_mode.h"

#include <algorithm>
#include <cmath>

namespace falconet {
namespace {

constexpr int kMaxSteps = 100;
// Half of a Newton step's squared length in the likelihood's own metric; what
// is left of the likelihood then is about its square.
constexpr double kConverged = 1e-9;
// Beyond this log odds of a row that fits, the likelihood still rises only
// because the columns separate the outcomes.
constexpr double kSeparated = 15;

double log1p_exp(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

class Newton {
 public:
  Newton(const RegressionData& data, const PersonIndex& index, const LogisticPenalty& penalty)
      : data_(data), index_(index), penalty_(penalty), size_(data.columns.size() + 1) {
    rows_.reserve(data.outcomes.size() * size_);
    for (std::size_t r = 0; r < data.outcomes.size(); ++r) {
      rows_.push_back(1);
      for (const auto& column : data.columns) rows_.push_back(column[r]);
    }
  }

  LogisticMode first_mode(const LogisticMode* start) const {
    LogisticMode mode;
    mode.coefficients.resize(size_);
    mode.intercepts.resize(static_cast<std::size_t>(index_.num_people));
    if (start && start->coefficients.size() == size_) {
      mode.coefficients = start->coefficients;
      if (penalty_.variance > 0) mode.intercepts = start->intercepts;
    }
    return mode;
  }

  // Everything that follows from the coefficients and intercepts, the curvature
  // left out.
  void evaluate(LogisticMode& mode) const {
    const std::size_t num_rows = data_.outcomes.size();
    mode.predictors.resize(num_rows);
    mode.information.resize(num_rows);
    mode.residuals.resize(num_rows);
    mode.person_information.assign(mode.intercepts.size(), 0.0);
    mode.log_likelihood = 0;
    for (std::size_t r = 0; r < num_rows; ++r) {
      const std::size_t person = person_of(r);
      const double* x = rows_.data() + r * size_;
      double eta = mode.intercepts[person];
      for (std::size_t j = 0; j < size_; ++j) eta += x[j] * mode.coefficients[j];
      mode.predictors[r] = eta;
      const double weight = data_.weights.empty() ? 1 : data_.weights[r];
      const double p = 1 / (1 + std::exp(-eta));
      mode.information[r] = weight * p * (1 - p);
      mode.residuals[r] = weight * (data_.outcomes[r] - p);
      mode.person_information[person] += mode.information[r];
      mode.log_likelihood += weight * (data_.outcomes[r] * eta - log1p_exp(eta));
    }
  }

  double objective(const LogisticMode& mode) const {
    double value = mode.log_likelihood;
    for (std::size_t j = 1; j < size_; ++j) {
      value -= penalty_.ridge / 2 * mode.coefficients[j] * mode.coefficients[j];
    }
    if (penalty_.variance == 0) return value;
    return value - dot(mode.intercepts, mode.intercepts) / (2 * penalty_.variance);
  }

  // One damped step; whether it was so small that the mode is reached.
  Result<bool> step(LogisticMode& mode) {
    solve(mode);
    const Cholesky factor(mode.curvature);
    if (!factor.is_definite()) {
      return error(ErrorCode::InvalidArgument,
                   "the columns of a regression are collinear or separate the outcomes");
    }
    const std::vector<double> change = factor.solve(reduced_gradient_);
    double decrement = dot(change, reduced_gradient_);
    std::vector<double> person_change(mode.intercepts.size());
    if (penalty_.variance > 0) {
      for (std::size_t i = 0; i < person_change.size(); ++i) {
        decrement += person_gradient_[i] * person_gradient_[i] / person_curvature_[i];
        person_change[i] = (person_gradient_[i] - dot(cross_row(i), change)) / person_curvature_[i];
      }
    }
    const double before = objective(mode);
    const std::vector<double> from = mode.coefficients;
    const std::vector<double> from_intercepts = mode.intercepts;
    for (double scale = 1; scale > 1e-6; scale /= 2) {
      for (std::size_t j = 0; j < size_; ++j) {
        mode.coefficients[j] = from[j] + scale * change[j];
      }
      for (std::size_t i = 0; i < person_change.size(); ++i) {
        mode.intercepts[i] = from_intercepts[i] + scale * person_change[i];
      }
      evaluate(mode);
      if (objective(mode) >= before - 1e-9 * std::abs(before)) return decrement < kConverged;
    }
    mode.coefficients = from;
    mode.intercepts = from_intercepts;
    evaluate(mode);
    return true;  // no direction rises: rounding is all that is left
  }

  // Fills the gradient and the curvature, the intercepts eliminated.
  void solve(LogisticMode& mode) {
    sum_rows(mode);
    for (std::size_t j = 0; j < size_; ++j) {
      for (std::size_t k = 0; k < j; ++k) mode.curvature(k, j) = mode.curvature(j, k);
      if (j == 0) continue;
      mode.curvature(j, j) += penalty_.ridge;
      reduced_gradient_[j] -= penalty_.ridge * mode.coefficients[j];
    }
    if (penalty_.variance == 0) return;
    for (std::size_t i = 0; i < mode.intercepts.size(); ++i) {
      person_gradient_[i] -= mode.intercepts[i] / penalty_.variance;
      person_curvature_[i] = mode.person_information[i] + 1 / penalty_.variance;
      mode.curvature.add_outer(cross_row(i), -1 / person_curvature_[i]);
      for (std::size_t j = 0; j < size_; ++j) {
        reduced_gradient_[j] -= cross_row(i)[j] * person_gradient_[i] / person_curvature_[i];
      }
    }
  }

  bool is_separated(const LogisticMode& mode) const {
    if (penalty_.ridge > 0) return false;
    for (std::size_t r = 0; r < mode.predictors.size(); ++r) {
      const double toward = data_.outcomes[r] > 0.5 ? mode.predictors[r] : -mode.predictors[r];
      if (toward > kSeparated) return true;
    }
    return false;
  }

 private:
  std::size_t person_of(std::size_t r) const { return static_cast<std::size_t>(index_.of[r]); }
  std::span<const double> cross_row(std::size_t person) const {
    return std::span(cross_).subspan(person * size_, size_);
  }

  // The sums over rows: the curvature's lower triangle, the gradient, and
  // people's shares of both.
  void sum_rows(LogisticMode& mode) {
    mode.curvature = SquareMatrix(size_);
    reduced_gradient_.assign(size_, 0.0);
    person_gradient_.assign(mode.intercepts.size(), 0.0);
    person_curvature_.resize(mode.intercepts.size());
    cross_.assign(mode.intercepts.size() * size_, 0.0);
    for (std::size_t r = 0; r < mode.residuals.size(); ++r) {
      const double* x = rows_.data() + r * size_;
      const std::size_t person = person_of(r);
      double* cross = cross_.data() + person * size_;
      person_gradient_[person] += mode.residuals[r];
      for (std::size_t j = 0; j < size_; ++j) {
        const double weighted = mode.information[r] * x[j];
        double* curvature = mode.curvature.cells.data() + j * size_;
        cross[j] += weighted;
        reduced_gradient_[j] += mode.residuals[r] * x[j];
        for (std::size_t k = 0; k <= j; ++k) curvature[k] += weighted * x[k];
      }
    }
  }

  const RegressionData& data_;
  const PersonIndex& index_;
  LogisticPenalty penalty_;
  std::size_t size_;
  std::vector<double> rows_;  // [num_rows, size_], the intercept's ones first
  std::vector<double> reduced_gradient_;
  std::vector<double> person_gradient_;
  std::vector<double> person_curvature_;
  std::vector<double> cross_;  // [num_people, size_] Σ information · column
};

}  // namespace

Result<LogisticMode> logistic_mode(const RegressionData& data, const PersonIndex& index,
                                   const LogisticPenalty& penalty, const LogisticMode* start) {
  Newton newton(data, index, penalty);
  LogisticMode mode = newton.first_mode(start);
  newton.evaluate(mode);
  for (int step = 0; step < kMaxSteps; ++step) {
    TRY_ASSIGN(const bool is_reached, newton.step(mode));
    if (!is_reached) continue;
    if (newton.is_separated(mode)) break;
    newton.solve(mode);
    return mode;
  }
  return error(ErrorCode::InvalidArgument,
               "no finite coefficients are best: the columns separate the outcomes");
}

}  // namespace falconet
