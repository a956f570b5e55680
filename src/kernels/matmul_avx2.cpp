// The panel kernel with AVX2: sixteen rows in two registers of eight lanes.
#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "kernels/panels.h"

namespace falconet {
namespace {

/// Sixteen lanes of f32 or i32.
struct FloatPair {
  __m256 low;
  __m256 high;
};
struct IntPair {
  __m256i low;
  __m256i high;
};

FloatPair load_halves(const std::uint16_t* halves) {
  return {_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(halves))),
          _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(halves + 8)))};
}

__m256i load_bytes(const std::uint8_t* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

__m256i broadcast_four(const std::int8_t* codes) {
  std::int32_t four;
  std::memcpy(&four, codes, sizeof four);
  return _mm256_set1_epi32(four);
}

/// Codes below 16: products of pairs fit 16 bits, and so do sums of eight of them
/// (8 · 2 · 15 · 127 = 30,480).
IntPair dot_nibbles(const std::uint8_t* codes, const std::int8_t* a) {
  const __m256i mask = _mm256_set1_epi8(15);
  __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
  for (std::size_t i = 0; i < 4; ++i) {
    const __m256i first = broadcast_four(a + i * 4);
    const __m256i second = broadcast_four(a + 16 + i * 4);
    for (std::size_t half = 0; half < 2; ++half) {
      const __m256i both = load_bytes(codes + i * 64 + half * 32);
      const __m256i low = _mm256_and_si256(both, mask);
      const __m256i high = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
      sums[half] = _mm256_add_epi16(sums[half], _mm256_maddubs_epi16(low, first));
      sums[half] = _mm256_add_epi16(sums[half], _mm256_maddubs_epi16(high, second));
    }
  }
  const __m256i ones = _mm256_set1_epi16(1);
  return {_mm256_madd_epi16(sums[0], ones), _mm256_madd_epi16(sums[1], ones)};
}

/// Codes up to 255 are widened first: pairs of their products would not fit 16 bits.
template <std::size_t kGroup>
IntPair dot_bytes(const std::uint8_t* codes, const std::int8_t* a) {
  __m256i sums[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                     _mm256_setzero_si256()};
  for (std::size_t i = 0; i < kGroup / 4; ++i) {
    std::int32_t four;
    std::memcpy(&four, a + i * 4, sizeof four);
    const __m256i wide_a = _mm256_broadcastq_epi64(_mm_cvtepi8_epi16(_mm_cvtsi32_si128(four)));
    for (std::size_t quarter = 0; quarter < 4; ++quarter) {
      const __m256i wide = _mm256_cvtepu8_epi16(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i * 64 + quarter * 16)));
      sums[quarter] = _mm256_add_epi32(sums[quarter], _mm256_madd_epi16(wide, wide_a));
    }
  }
  // Each lane's sum stands in two neighbours; adding them leaves quarters of lanes out of order.
  constexpr int kInOrder = 0xD8;
  return {_mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[0], sums[1]), kInOrder),
          _mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[2], sums[3]), kInOrder)};
}

__m256 scaled(__m256i dots, __m256i correction, __m256 scales) {
  return _mm256_mul_ps(scales, _mm256_cvtepi32_ps(_mm256_sub_epi32(dots, correction)));
}

template <std::size_t kGroup, int kBits>
FloatPair multiply_codes(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                         std::size_t token) {
  const bool has_mins = w.form.has_mins;
  const std::byte* group = w.panel(panel);
  FloatPair sums = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (std::size_t g = 0; g < w.in_dim / kGroup; ++g) {
    const auto* halves = reinterpret_cast<const std::uint16_t*>(group);
    const auto* codes =
        reinterpret_cast<const std::uint8_t*>(halves + kPanelRows * (has_mins ? 2 : 1));
    group = reinterpret_cast<const std::byte*>(codes) + kPanelRows * kGroup * kBits / 8;
    const std::int8_t* a = x.row_codes(token) + g * kGroup;
    const std::int32_t* row_sums = x.row_sums(token) + g * kGroup / 16;
    const std::int32_t sum = kGroup == 32 ? row_sums[0] + row_sums[1] : row_sums[0];
    IntPair dots;
    if constexpr (kBits == 4) {
      dots = dot_nibbles(codes, a);
    } else {
      dots = dot_bytes<kGroup>(codes, a);
    }
    const FloatPair scales = load_halves(halves);
    const __m256i correction = _mm256_set1_epi32(w.form.zero * sum);
    __m256 low = scaled(dots.low, correction, scales.low);
    __m256 high = scaled(dots.high, correction, scales.high);
    if (has_mins) {
      const FloatPair mins = load_halves(halves + kPanelRows);
      const __m256 total = _mm256_set1_ps(static_cast<float>(sum));
      low = _mm256_fnmadd_ps(mins.low, total, low);
      high = _mm256_fnmadd_ps(mins.high, total, high);
    }
    const __m256 scale = _mm256_set1_ps(x.row_scales(token)[g * kGroup / 32]);
    sums.low = _mm256_fmadd_ps(scale, low, sums.low);
    sums.high = _mm256_fmadd_ps(scale, high, sums.high);
  }
  const float* factors = w.row_factors.data() + panel * kPanelRows;
  return {_mm256_mul_ps(sums.low, _mm256_loadu_ps(factors)),
          _mm256_mul_ps(sums.high, _mm256_loadu_ps(factors + 8))};
}

__m256 widen_bf16(const std::uint16_t* halves) {
  const __m256i wide =
      _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(halves)));
  return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

FloatPair load_elements(const PackedMatrix::Impl& w, const std::byte* panel, std::size_t k) {
  if (w.kind == PanelKind::Float) {
    const float* floats = reinterpret_cast<const float*>(panel) + k * kPanelRows;
    return {_mm256_loadu_ps(floats), _mm256_loadu_ps(floats + 8)};
  }
  const auto* halves = reinterpret_cast<const std::uint16_t*>(panel) + k * kPanelRows;
  if (w.dtype == DType::F16) return load_halves(halves);
  return {widen_bf16(halves), widen_bf16(halves + 8)};
}

FloatPair multiply_elements(const Activations::Impl& x, const PackedMatrix::Impl& w,
                            std::size_t panel, std::size_t token) {
  const float* values = x.values.row(token).data();
  FloatPair sums = {_mm256_setzero_ps(), _mm256_setzero_ps()};
  for (std::size_t k = 0; k < w.in_dim; ++k) {
    const FloatPair elements = load_elements(w, w.panel(panel), k);
    const __m256 value = _mm256_set1_ps(values[k]);
    sums.low = _mm256_fmadd_ps(value, elements.low, sums.low);
    sums.high = _mm256_fmadd_ps(value, elements.high, sums.high);
  }
  return sums;
}

FloatPair multiply(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                   std::size_t token) {
  if (w.kind != PanelKind::Codes) return multiply_elements(x, w, panel, token);
  if (w.form.group == 16) return multiply_codes<16, 8>(x, w, panel, token);
  if (w.form.bits == 4) return multiply_codes<32, 4>(x, w, panel, token);
  return multiply_codes<32, 8>(x, w, panel, token);
}

}  // namespace

void matmul_panels_avx2(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                        std::size_t end, MatrixView<float> out) {
  for (std::size_t panel = begin; panel < end; ++panel) {
    const std::size_t first_row = panel * kPanelRows;
    const std::size_t num_rows = std::min(kPanelRows, w.out_dim - first_row);
    for (std::size_t token = 0; token < x.values.rows; ++token) {
      const FloatPair sums = multiply(x, w, panel, token);
      float lanes[kPanelRows];
      _mm256_storeu_ps(lanes, sums.low);
      _mm256_storeu_ps(lanes + 8, sums.high);
      std::memcpy(out.row(token).data() + first_row, lanes, num_rows * sizeof(float));
    }
  }
}

}  // namespace falconet

#endif
