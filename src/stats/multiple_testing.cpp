#include "stats/multiple_testing.h"

#include <algorithm>
#include <numeric>

namespace falconet {
namespace {

Status check_p_values(std::span<const double> p_values) {
  for (const double p : p_values) {
    if (!(p >= 0 && p <= 1)) {
      return error(ErrorCode::InvalidArgument, "a p-value is from 0 to 1, not ", p);
    }
  }
  return {};
}

// Indices from the smallest p-value to the largest.
std::vector<std::size_t> order(std::span<const double> p_values) {
  std::vector<std::size_t> indices(p_values.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::ranges::stable_sort(indices, {}, [&](std::size_t i) { return p_values[i]; });
  return indices;
}

}  // namespace

Result<std::vector<double>> holm(std::span<const double> p_values) {
  TRY(check_p_values(p_values));
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  double num_left = static_cast<double>(p_values.size());
  for (const std::size_t i : order(p_values)) {
    largest = std::max(largest, std::min(1.0, num_left * p_values[i]));
    adjusted[i] = largest;
    num_left -= 1;
  }
  return adjusted;
}

Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values) {
  TRY(check_p_values(p_values));
  const std::vector<std::size_t> indices = order(p_values);
  const double n = static_cast<double>(p_values.size());
  std::vector<double> adjusted(p_values.size());
  double smallest = 1;
  for (std::size_t rank = indices.size(); rank > 0; --rank) {
    const std::size_t i = indices[rank - 1];
    smallest = std::min(smallest, p_values[i] * n / static_cast<double>(rank));
    adjusted[i] = smallest;
  }
  return adjusted;
}

}  // namespace falconet
