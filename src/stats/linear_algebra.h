// Small dense symmetric systems: what the regressions solve.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace falconet {

/// A square matrix, row by row; symmetric ones are stored whole.
struct SquareMatrix {
  explicit SquareMatrix(std::size_t num_rows) : size(num_rows), cells(num_rows * num_rows) {}

  double& operator()(std::size_t row, std::size_t column) { return cells[row * size + column]; }
  double operator()(std::size_t row, std::size_t column) const {
    return cells[row * size + column];
  }

  /// this += weight · v vᵀ.
  void add_outer(std::span<const double> v, double weight);

  std::size_t size;
  std::vector<double> cells;
};

/// Cholesky's factor of a symmetric positive definite matrix.
class Cholesky {
 public:
  /// The matrix is not positive definite, to within rounding, where `is_definite` is false; the
  /// others must not be called then.
  explicit Cholesky(const SquareMatrix& matrix);

  bool is_definite() const { return is_definite_; }

  /// x with matrix · x = b.
  std::vector<double> solve(std::span<const double> b) const;

  /// y with factor · y = b, the factor lower triangular: |y|² = bᵀ matrix⁻¹ b.
  std::vector<double> half_solve(std::span<const double> b) const;

  SquareMatrix inverse() const;

 private:
  SquareMatrix factor_;
  bool is_definite_ = true;
};

double dot(std::span<const double> a, std::span<const double> b);

}  // namespace falconet
