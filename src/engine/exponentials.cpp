#include "engine/exponentials.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <numeric>

namespace falconet {
namespace {

// Comparisons are made on the bits of floats, as integers: compilers do not vectorise loops that
// compare floats unless told to neglect NaN.
constexpr std::int32_t kMagnitude = 0x7FFFFFFF;
constexpr std::int32_t kInfinityBits =
    std::bit_cast<std::int32_t>(std::numeric_limits<float>::infinity());

// eˣ for x in [kMinExponent, 0]. x = n·ln 2 + r with |r| ≤ ln 2 / 2, e^r by its Taylor series.
inline float exp_of_negative(float x) {
  constexpr float kInverseLn2 = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // 9 bits, so that n · high is exact
  constexpr float kLn2Low = -2.12194440e-4f;
  const auto n = static_cast<std::int32_t>(x * kInverseLn2 - 0.5f);  // rounds, since x ≤ 0
  const auto n_float = static_cast<float>(n);
  const float r = (x - n_float * kLn2High) - n_float * kLn2Low;
  float series = 1.0f / 720;
  series = series * r + 1.0f / 120;
  series = series * r + 1.0f / 24;
  series = series * r + 1.0f / 6;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  series = series * r + 1.0f;
  return series * std::bit_cast<float>((n + 127) << 23);
}

}  // namespace

float max_of(std::span<const float> values) {
  // Integers in the order of the floats; NaN below all.
  std::int32_t greatest = std::numeric_limits<std::int32_t>::min();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bits = std::bit_cast<std::int32_t>(values[i]);
    const std::int32_t ordered = bits ^ ((bits >> 31) & kMagnitude);
    const std::int32_t key =
        (bits & kMagnitude) <= kInfinityBits ? ordered : std::numeric_limits<std::int32_t>::min();
    greatest = key > greatest ? key : greatest;
  }
  if (greatest == std::numeric_limits<std::int32_t>::min()) {
    return -std::numeric_limits<float>::infinity();
  }
  return std::bit_cast<float>(greatest ^ ((greatest >> 31) & kMagnitude));
}

void exp_below(std::span<const float> values, float max, float scale, std::span<float> out) {
  constexpr auto kMaxMagnitude = std::bit_cast<std::int32_t>(-kMinExponent);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bits = std::bit_cast<std::int32_t>((values[i] - max) * scale);
    const std::int32_t mask = (bits & kMagnitude) <= kMaxMagnitude ? -1 : 0;  // NaN is above all
    const float e = exp_of_negative(std::bit_cast<float>(bits & mask));
    out[i] = std::bit_cast<float>(std::bit_cast<std::int32_t>(e) & mask);
  }
}

double sum_of(std::span<const float> values) {
  // Eight sums, since a chain of dependent additions is what takes time.
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += values[i + lane];
  }
  for (; i < values.size(); ++i) lanes[0] += values[i];
  return std::accumulate(lanes.begin(), lanes.end(), 0.0);
}

std::size_t find_in_sum(std::span<const float> values, double target) {
  constexpr std::size_t kStride = 512;  // whole strides are passed by their sum
  double sum = 0;
  std::size_t begin = 0;
  while (begin < values.size()) {
    const std::size_t count = std::min(kStride, values.size() - begin);
    const double after = sum + sum_of(values.subspan(begin, count));
    if (after > target) break;
    sum = after;
    begin += count;
  }
  for (std::size_t i = begin; i < values.size(); ++i) {
    sum += values[i];
    if (sum > target) return i;
  }
  std::size_t last = values.size() - 1;
  while (last > 0 && values[last] <= 0) --last;
  return last;
}

}  // namespace falconet
