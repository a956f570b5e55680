#include "stats/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "stats/proportion.h"

namespace falconet {
namespace {

constexpr std::size_t kMostExactPeople = 60;

// Twice the midrank of every value of a then b: whole numbers.
struct Ranks {
  std::vector<std::size_t> doubled;  // [a.size() + b.size()]
  double tie_sum = 0;                // Σ t³ − t over the runs of equal values
};

Ranks rank(std::span<const double> a, std::span<const double> b) {
  std::vector<double> values(a.begin(), a.end());
  values.insert(values.end(), b.begin(), b.end());
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  Ranks ranks;
  for (const double value : values) {
    const auto [first, last] = std::ranges::equal_range(sorted, value);
    const auto below = static_cast<std::size_t>(first - sorted.begin());
    const auto upto = static_cast<std::size_t>(last - sorted.begin());
    ranks.doubled.push_back(below + upto + 1);
    const double run = static_cast<double>(upto - below);
    ranks.tie_sum += run * run - 1;  // once for each of the run's members
  }
  return ranks;
}

// counts[k][s]: how many choices of k people have the doubled rank sum s.
double exact_p_value(const Ranks& ranks, std::size_t size_a, std::size_t seen) {
  std::size_t total = 0;
  for (const std::size_t r : ranks.doubled) total += r;
  std::vector<std::vector<double>> counts(size_a + 1, std::vector<double>(total + 1, 0.0));
  counts[0][0] = 1;
  for (const std::size_t r : ranks.doubled) {
    for (std::size_t k = size_a; k > 0; --k) {
      for (std::size_t s = total; s >= r; --s) counts[k][s] += counts[k - 1][s - r];
    }
  }
  // n·sum against size_a·total keeps the comparison with the mean in whole numbers.
  const std::size_t n = ranks.doubled.size();
  const auto distance = [&](std::size_t sum) {
    return n * sum > size_a * total ? n * sum - size_a * total : size_a * total - n * sum;
  };
  double extreme = 0;
  double all = 0;
  for (std::size_t s = 0; s <= total; ++s) {
    all += counts[size_a][s];
    if (distance(s) >= distance(seen)) extreme += counts[size_a][s];
  }
  return extreme / all;
}

double normal_p_value(const Ranks& ranks, double size_a, double u) {
  const double n = static_cast<double>(ranks.doubled.size());
  const double size_b = n - size_a;
  const double mean = size_a * size_b / 2;
  const double variance = size_a * size_b / 12 * (n + 1 - ranks.tie_sum / (n * (n - 1)));
  if (variance <= 0) return 1;
  const double z = std::max(0.0, std::abs(u - mean) - 0.5) / std::sqrt(variance);
  return std::min(1.0, 2 * normal_cdf(-z));
}

double sign_of(double difference) { return difference > 0 ? 1 : (difference < 0 ? -1 : 0); }

// Cliff's unbiased variance of delta, never below 1/(mn) of what a single pair can weigh (1993).
double delta_variance(std::span<const double> a, std::span<const double> b, double delta) {
  const double m = static_cast<double>(a.size());
  const double n = static_cast<double>(b.size());
  std::vector<double> columns(b.size());
  double row_squares = 0;
  double all_squares = 0;
  for (const double x : a) {
    double row = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const double sign = sign_of(x - b[j]);
      row += sign;
      columns[j] += sign;
      all_squares += (sign - delta) * (sign - delta);
    }
    row_squares += std::pow(row / n - delta, 2);
  }
  double column_squares = 0;
  for (const double column : columns) column_squares += std::pow(column / m - delta, 2);
  const double variance =
      (n * n * row_squares + m * m * column_squares - all_squares) / (m * n * (m - 1) * (n - 1));
  return std::max(variance, (1 - delta * delta) / (m * n - 1));
}

Interval delta_interval(double delta, double variance, double smaller, double level) {
  if (std::abs(delta) >= 1) {
    const double bound = 2 * std::pow((1 - level) / 2, 1 / smaller) - 1;
    return delta > 0 ? Interval{bound, 1} : Interval{-1, -bound};
  }
  const double z2v = std::pow(two_sided_normal(level), 2) * variance;
  const double middle = delta - std::pow(delta, 3);
  const double rest = 1 - delta * delta;
  const double half = std::sqrt(z2v * (rest * rest + z2v));
  return {std::max(-1.0, (middle - half) / (rest + z2v)),
          std::min(1.0, (middle + half) / (rest + z2v))};
}

}  // namespace

Result<RankTestResult> mann_whitney(std::span<const double> a, std::span<const double> b,
                                    double level) {
  TRY(check_level(level));
  const auto is_nan = [](double value) { return std::isnan(value); };
  if (a.size() < 2 || b.size() < 2 || std::ranges::any_of(a, is_nan) ||
      std::ranges::any_of(b, is_nan)) {
    return error(ErrorCode::InvalidArgument, "two groups of two people or more were expected, all ",
                 "with numbers; they have ", a.size(), " and ", b.size());
  }
  const Ranks ranks = rank(a, b);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < a.size(); ++i) seen += ranks.doubled[i];
  const double size_a = static_cast<double>(a.size());
  const double pairs = size_a * static_cast<double>(b.size());
  const double u = static_cast<double>(seen) / 2 - size_a * (size_a + 1) / 2;
  const double delta = 2 * u / pairs - 1;
  const bool is_exact = ranks.doubled.size() <= kMostExactPeople;
  return RankTestResult{
      .u = u,
      .p_value = is_exact ? exact_p_value(ranks, a.size(), seen) : normal_p_value(ranks, size_a, u),
      .is_exact = is_exact,
      .cliffs_delta = delta,
      .delta_interval = delta_interval(delta, delta_variance(a, b, delta),
                                       static_cast<double>(std::min(a.size(), b.size())), level)};
}

}  // namespace falconet
