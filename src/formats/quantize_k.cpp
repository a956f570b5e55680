// The K formats nest scales: a block of 256 has one pair of f16 scales, and each group of 32 or 16
// a 6- or 8-bit multiple of them. For each group we search the scale (and minimum) of least
// weighted squared error, round these to multiples, and then choose the quants that fit what will
// really be read.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "formats/quantize_row.h"
#include "tensor/half.h"

namespace falconet {
namespace {

constexpr std::size_t kBlock = 256;

// Candidates for a group's step width lie evenly around the width that just spans its range:
// narrower steps cut the extremes off and serve the many values in the middle.
constexpr int kNumCandidates = 21;
constexpr float kCandidateSpacing = 0.1f;  // in steps of the whole range

/// x ≈ scale · q − min, with min ≥ 0.
struct AffineFit {
  float scale = 0.0f;
  float min = 0.0f;
};

/// Large values matter more to a product than small ones: w = rms + |x|.
template <std::size_t kSize>
std::array<float, kSize> importance(const float* x) {
  float sum = 0.0f;
  for (std::size_t i = 0; i < kSize; ++i) sum += x[i] * x[i];
  const float rms = std::sqrt(sum / static_cast<float>(kSize));
  std::array<float, kSize> weights;
  for (std::size_t i = 0; i < kSize; ++i) weights[i] = rms + std::fabs(x[i]);
  return weights;
}

/// Weighted sums over a group from which the best line through (q, x) follows.
struct LineSums {
  float w = 0, q = 0, qq = 0, x = 0, xq = 0;

  /// The least-squares line, with min clamped to what the format can hold.
  AffineFit solve() const {
    const float determinant = w * qq - q * q;
    if (determinant <= 0.0f) return {};
    float scale = (w * xq - x * q) / determinant;
    float offset = (qq * x - q * xq) / determinant;
    if (offset > 0.0f) {
      scale = xq / qq;
      offset = 0.0f;
    }
    return {scale, -offset};
  }

  /// The squared error of a line, less the part that no line changes.
  float error(const AffineFit& fit) const {
    const auto [s, m] = fit;
    return s * s * qq + m * m * w - 2 * s * xq + 2 * m * x - 2 * s * m * q;
  }
};

LineSums sum_up(const float* x, const std::array<float, 32>& weights, float inverse, float min,
                int max_quant) {
  LineSums sums;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto q = static_cast<float>(round_into(inverse * (x[i] + min), max_quant));
    const float w = weights[i];
    sums.w += w;
    sums.q += w * q;
    sums.qq += w * q * q;
    sums.x += w * x[i];
    sums.xq += w * x[i] * q;
  }
  return sums;
}

AffineFit fit_affine(const float* x, int max_quant) {
  const float least = std::min(0.0f, *std::min_element(x, x + 32));
  const float range = *std::max_element(x, x + 32) - least;
  if (!(range > 0.0f)) return {0.0f, -least};
  const std::array<float, 32> weights = importance<32>(x);
  AffineFit best{range / static_cast<float>(max_quant), -least};
  float best_error = sum_up(x, weights, 1.0f / best.scale, best.min, max_quant).error(best);
  for (int i = 0; i < kNumCandidates; ++i) {
    const float steps = static_cast<float>(max_quant) +
                        kCandidateSpacing * static_cast<float>(i - kNumCandidates / 2);
    const LineSums sums = sum_up(x, weights, steps / range, -least, max_quant);
    const AffineFit fit = sums.solve();
    const float error = sums.error(fit);
    if (fit.scale > 0.0f && error < best_error) {
      best = fit;
      best_error = error;
    }
  }
  return best;
}

/// Lays scales and mins of 6 bits into 12 bytes; see unpack_k_scale.
void pack_k_scales(const std::array<int, 8>& scales, const std::array<int, 8>& mins,
                   std::uint8_t (&packed)[12]) {
  for (std::size_t i = 0; i < 4; ++i) {
    packed[i] = static_cast<std::uint8_t>(scales[i] | (scales[i + 4] >> 4) << 6);
    packed[i + 4] = static_cast<std::uint8_t>(mins[i] | (mins[i + 4] >> 4) << 6);
    packed[i + 8] = static_cast<std::uint8_t>((scales[i + 4] & 15) | (mins[i + 4] & 15) << 4);
  }
}

/// Fills d, dmin and scales of a Q4_K or Q5_K block and returns the quants.
template <class Block>
std::array<std::uint8_t, kBlock> quantize_groups(const float* values, int max_quant, Block& block) {
  std::array<AffineFit, 8> fits;
  float max_scale = 0.0f;
  float max_min = 0.0f;
  for (std::size_t group = 0; group < 8; ++group) {
    fits[group] = fit_affine(values + group * 32, max_quant);
    max_scale = std::max(max_scale, fits[group].scale);
    max_min = std::max(max_min, fits[group].min);
  }
  block.d = f32_to_f16(max_scale / 63.0f);
  block.dmin = f32_to_f16(max_min / 63.0f);
  const float d = f16_to_f32(block.d);
  const float dmin = f16_to_f32(block.dmin);
  std::array<int, 8> scales;
  std::array<int, 8> mins;
  std::array<std::uint8_t, kBlock> quants;
  for (std::size_t group = 0; group < 8; ++group) {
    scales[group] = d > 0.0f ? round_into(fits[group].scale / d, 63) : 0;
    mins[group] = dmin > 0.0f ? round_into(fits[group].min / dmin, 63) : 0;
    const float scale = d * static_cast<float>(scales[group]);
    const float min = dmin * static_cast<float>(mins[group]);
    const float inverse = scale > 0.0f ? 1.0f / scale : 0.0f;
    for (std::size_t i = group * 32; i < group * 32 + 32; ++i) {
      quants[i] = static_cast<std::uint8_t>(round_into((values[i] + min) * inverse, max_quant));
    }
  }
  pack_k_scales(scales, mins, block.scales);
  return quants;
}

/// Low nibbles: groups 2n and 2n + 1 share 32 bytes.
void pack_low_bits(const std::array<std::uint8_t, kBlock>& quants, std::uint8_t (&packed)[128]) {
  for (std::size_t i = 0; i < 128; ++i) {
    const std::size_t low = i / 32 * 64 + i % 32;
    packed[i] = static_cast<std::uint8_t>((quants[low] & 15) | (quants[low + 32] & 15) << 4);
  }
}

/// The scale of least weighted error for x ≈ scale · q, q in −32 … 31; 0 for a group of zeros.
float fit_symmetric(const float* x) {
  const float peak =
      *std::max_element(x, x + 16, [](float a, float b) { return std::fabs(a) < std::fabs(b); });
  if (!(std::fabs(peak) > 0.0f)) return 0.0f;
  float best_scale = 0.0f;
  float best_gain = 0.0f;  // how much of Σ w x² the fit explains
  for (int k = 0; k < kNumCandidates; ++k) {
    // −32 has one step more than 31, so the peak goes there.
    const float inverse =
        -(32.0f + kCandidateSpacing * static_cast<float>(k - kNumCandidates / 2)) / peak;
    float xq = 0.0f;
    float qq = 0.0f;
    for (std::size_t i = 0; i < 16; ++i) {
      const auto q = static_cast<float>(round_into(x[i] * inverse + 32.0f, 63) - 32);
      xq += x[i] * x[i] * x[i] * q;
      qq += x[i] * x[i] * q * q;
    }
    if (qq > 0.0f && xq * xq > best_gain * qq) {
      best_scale = xq / qq;
      best_gain = xq * xq / qq;
    }
  }
  return best_scale;
}

}  // namespace

void quantize_block(const float* values, BlockQ4_K& block) {
  pack_low_bits(quantize_groups(values, 15, block), block.quants);
}

void quantize_block(const float* values, BlockQ5_K& block) {
  const auto quants = quantize_groups(values, 31, block);
  pack_low_bits(quants, block.quants);
  std::memset(block.high_bits, 0, sizeof block.high_bits);
  for (std::size_t i = 0; i < kBlock; ++i) {
    auto& bits = block.high_bits[i % 32];
    bits = static_cast<std::uint8_t>(bits | (quants[i] >> 4) << (i / 32));
  }
}

void quantize_block(const float* values, BlockQ6_K& block) {
  std::array<float, 16> scales;
  float peak = 0.0f;
  for (std::size_t group = 0; group < 16; ++group) {
    scales[group] = fit_symmetric(values + group * 16);
    if (std::fabs(scales[group]) > std::fabs(peak)) peak = scales[group];
  }
  block.d = f32_to_f16(peak / -128.0f);
  const float d = f16_to_f32(block.d);
  std::memset(block.low_bits, 0, sizeof block.low_bits);
  std::memset(block.high_bits, 0, sizeof block.high_bits);
  for (std::size_t i = 0; i < kBlock; ++i) {
    const std::size_t group = i / 16;
    if (i % 16 == 0) {
      const int multiple = d != 0.0f ? round_into(scales[group] / d + 128.0f, 255) - 128 : 0;
      block.scales[group] = static_cast<std::int8_t>(multiple);
    }
    const float scale = d * static_cast<float>(block.scales[group]);
    const int quant = scale != 0.0f ? round_into(values[i] / scale + 32.0f, 63) : 32;
    const std::size_t half = i / 128;
    const std::size_t quarter = i % 128 / 32;
    auto& low = block.low_bits[half * 64 + quarter % 2 * 32 + i % 32];
    auto& high = block.high_bits[half * 32 + i % 32];
    low = static_cast<std::uint8_t>(low | (quant & 15) << (quarter / 2 * 4));
    high = static_cast<std::uint8_t>(high | (quant >> 4) << (quarter * 2));
  }
}

}  // namespace falconet
