#include "stats/permutation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/random.h"

namespace falconet {
namespace {

// The number of divisions, or `limit` + 1 where there are more.
double num_divisions(std::size_t n, std::size_t k, double limit) {
  double product = 1;
  for (std::size_t i = 1; i <= std::min(k, n - k) && product <= limit; ++i) {
    product *= static_cast<double>(n - i + 1) / static_cast<double>(i);
  }
  return std::min(std::round(product), limit + 1);
}

// Compares sums over the first group: with the total fixed, they order divisions as means do.
struct Extremes {
  double expected;
  double seen;
  double tolerance;
  Tail tail;

  bool includes(double sum) const {
    switch (tail) {
      case Tail::Lower: return sum <= seen + tolerance;
      case Tail::Upper: return sum >= seen - tolerance;
      case Tail::Both: break;
    }
    return std::abs(sum - expected) >= std::abs(seen - expected) - tolerance;
  }
};

// Every choice of k of the values, by its indices in lexicographic order.
double exact_p_value(std::span<const double> values, std::size_t k, const Extremes& extremes) {
  std::vector<std::size_t> chosen(k);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  double hits = 0;
  double all = 0;
  while (true) {
    double sum = 0;
    for (const std::size_t i : chosen) sum += values[i];
    all += 1;
    if (extremes.includes(sum)) hits += 1;
    std::size_t last = k;
    while (last > 0 && chosen[last - 1] == values.size() - k + last - 1) --last;
    if (last == 0) return hits / all;
    ++chosen[last - 1];
    for (std::size_t i = last; i < k; ++i) chosen[i] = chosen[i - 1] + 1;
  }
}

double drawn_p_value(std::vector<double> values, std::size_t k, const Extremes& extremes,
                     const Resampling& resampling) {
  Random random(resampling.seed);
  double hits = 0;
  for (int draw = 0; draw < resampling.num_resamples; ++draw) {
    double sum = 0;
    for (std::size_t i = 0; i < k; ++i) {
      std::swap(values[i], values[i + random.below(values.size() - i)]);
      sum += values[i];
    }
    if (extremes.includes(sum)) hits += 1;
  }
  return (1 + hits) / (1 + static_cast<double>(resampling.num_resamples));
}

}  // namespace

Result<PermutationResult> permutation_test(std::span<const double> a, std::span<const double> b,
                                           const Resampling& resampling, Tail tail) {
  TRY(check_resampling(resampling));
  if (a.empty() || b.empty()) {
    return error(ErrorCode::InvalidArgument, "two groups were expected, with ", a.size(), " and ",
                 b.size(), " people");
  }
  std::vector<double> values(a.begin(), a.end());
  values.insert(values.end(), b.begin(), b.end());
  double largest = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      return error(ErrorCode::InvalidArgument, "a value of ", value, " cannot be compared");
    }
    largest = std::max(largest, std::abs(value));
  }
  const double size_a = static_cast<double>(a.size());
  const double size_b = static_cast<double>(b.size());
  const double sum_a = std::accumulate(a.begin(), a.end(), 0.0);
  const double sum_b = std::accumulate(b.begin(), b.end(), 0.0);
  const Extremes extremes{.expected = (sum_a + sum_b) * size_a / (size_a + size_b),
                          .seen = sum_a,
                          .tolerance = largest * size_a * 1e-12,
                          .tail = tail};
  const double limit = resampling.num_resamples;
  const bool is_exact = num_divisions(values.size(), a.size(), limit) <= limit;
  return PermutationResult{.difference = sum_a / size_a - sum_b / size_b,
                           .p_value = is_exact
                                          ? exact_p_value(values, a.size(), extremes)
                                          : drawn_p_value(values, a.size(), extremes, resampling),
                           .is_exact = is_exact};
}

}  // namespace falconet
