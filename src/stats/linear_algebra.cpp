#include "stats/linear_algebra.h"

#include <cmath>

#include "base/check.h"

namespace falconet {

void SquareMatrix::add_outer(std::span<const double> v, double weight) {
  CHECK(v.size() == size, "a vector of ", v.size(), " for a matrix of ", size);
  for (std::size_t i = 0; i < size; ++i) {
    const double scaled = weight * v[i];
    for (std::size_t j = 0; j < size; ++j) cells[i * size + j] += scaled * v[j];
  }
}

Cholesky::Cholesky(const SquareMatrix& matrix) : factor_(matrix) {
  const std::size_t n = matrix.size;
  for (std::size_t j = 0; j < n && is_definite_; ++j) {
    double pivot = factor_(j, j);
    for (std::size_t k = 0; k < j; ++k) pivot -= factor_(j, k) * factor_(j, k);
    // A pivot that cancelled to rounding error belongs to a column that the others make up.
    is_definite_ = pivot > 1e-12 * matrix(j, j) && std::isfinite(pivot);
    if (!is_definite_) return;
    factor_(j, j) = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < n; ++i) {
      double sum = factor_(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= factor_(i, k) * factor_(j, k);
      factor_(i, j) = sum / factor_(j, j);
    }
  }
}

std::vector<double> Cholesky::half_solve(std::span<const double> b) const {
  CHECK(is_definite_ && b.size() == factor_.size, "a system of ", factor_.size, " and ", b.size());
  std::vector<double> y(b.begin(), b.end());
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) y[i] -= factor_(i, k) * y[k];
    y[i] /= factor_(i, i);
  }
  return y;
}

std::vector<double> Cholesky::solve(std::span<const double> b) const {
  std::vector<double> x = half_solve(b);
  for (std::size_t i = x.size(); i-- > 0;) {
    for (std::size_t k = i + 1; k < x.size(); ++k) x[i] -= factor_(k, i) * x[k];
    x[i] /= factor_(i, i);
  }
  return x;
}

SquareMatrix Cholesky::inverse() const {
  SquareMatrix result(factor_.size);
  std::vector<double> unit(factor_.size);
  for (std::size_t j = 0; j < factor_.size; ++j) {
    unit[j] = 1;
    const std::vector<double> column = solve(unit);
    unit[j] = 0;
    for (std::size_t i = 0; i < column.size(); ++i) result(i, j) = column[i];
  }
  return result;
}

double dot(std::span<const double> a, std::span<const double> b) {
  CHECK(a.size() == b.size(), "vectors of ", a.size(), " and ", b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace falconet
