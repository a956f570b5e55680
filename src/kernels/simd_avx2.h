// The operations of AVX2 for the loops: a register holds eight rows. Only for files compiled with
// its flags.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "kernels/codes.h"
#include "kernels/dequantize.h"

namespace falconet {
namespace {

struct Avx2 {
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kTokens = 4;
  static constexpr std::size_t kQueries = 4;
  using Floats = __m256;
  using Bytes = __m256i;

  static Floats zero() { return _mm256_setzero_ps(); }
  static Floats set(float value) { return _mm256_set1_ps(value); }
  static Floats mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  static Floats div(Floats a, Floats b) { return _mm256_div_ps(a, b); }
  // Of an ordinary number and NaN, both give the second argument.
  static Floats max(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  static Floats min(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static Floats abs(Floats a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
  static Floats round(Floats a) {
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Floats times_power_of_two(Floats a, Floats power) {
    const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(power), _mm256_set1_epi32(127));
    return _mm256_mul_ps(a, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
  }
  static Floats first_lanes(Floats a, std::size_t count, Floats rest) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i is_first = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes);
    return _mm256_blendv_ps(rest, a, _mm256_castsi256_ps(is_first));
  }
  static float largest(Floats a) {
    __m128 half = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    half = _mm_max_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
  }
  static float sum(Floats a) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
  }
  static void store(float* out, Floats value) { _mm256_storeu_ps(out, value); }
  static Floats from_floats(const float* values) { return _mm256_loadu_ps(values); }
  static Floats from_halves(const std::uint16_t* bits) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bits)));
  }
  static Floats from_bf16(const std::uint16_t* bits) {
    const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bits));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
  }
  static Floats from_int8(const std::int8_t* values) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values));
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
  }
  static Floats set_int(const std::int32_t* value) {
    return _mm256_cvtepi32_ps(_mm256_set1_epi32(*value));
  }

  /// Integral values as int8.
  static void store_int8(std::int8_t* out, Floats integers) {
    const __m256i wide = _mm256_cvtps_epi32(integers);
    const __m128i halves =
        _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packs_epi16(halves, halves));
  }

  static Bytes load(const std::byte* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  }
  static Bytes mask(Bytes bytes, int bits) {
    return _mm256_and_si256(bytes, _mm256_set1_epi8(static_cast<char>(bits)));
  }
  static Bytes or_masked(Bytes bytes, Bytes more, int bits) {
    return _mm256_or_si256(bytes, mask(more, bits));
  }
  template <int kBits>
  static Bytes shift(Bytes bytes) {
    if constexpr (kBits > 0) return _mm256_srli_epi16(bytes, kBits);
    if constexpr (kBits < 0) return _mm256_slli_epi16(bytes, -kBits);
    return bytes;
  }
  static Bytes iq4_levels(Bytes indexes) {
    const __m128i levels = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kIq4Values.data()));
    const __m128i raised = _mm_xor_si128(levels, _mm_set1_epi8(static_cast<char>(0x80)));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(raised), indexes);
  }

  template <CodeForm kForm, std::size_t kCount>
  static Floats dot(const Bytes* slots, const std::int8_t* a, const std::int32_t* minus_sum) {
    if constexpr (kForm.bits == 8 || kForm.has_table) {
      return dot_wide<kForm, kCount>(slots, a);
    } else {
      return dot_narrow<kForm, kCount>(slots, a, minus_sum);
    }
  }

 private:
  static __m256i set_four(const std::int8_t* a) {
    std::int32_t four;
    std::memcpy(&four, a, sizeof four);
    return _mm256_set1_epi32(four);
  }

  /// Codes of up to 8 bits, whose zero of 128 goes first: |code| · (a with the code's sign) fits
  /// 16 bits in pairs, 2 · 128 · 127 = 32,512.
  template <CodeForm kForm, std::size_t kCount>
  static Floats dot_wide(const Bytes* slots, const std::int8_t* a) {
    static_assert(kForm.zero == 128);
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t i = 0; i < kCount; ++i) {
      const __m256i codes = _mm256_xor_si256(slots[i], _mm256_set1_epi8(static_cast<char>(0x80)));
      const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(codes),
                                                 _mm256_sign_epi8(set_four(a + i * 4), codes));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    return _mm256_cvtepi32_ps(sum);
  }

  /// Narrower codes: several products of pairs are added before 16 bits could overflow.
  template <CodeForm kForm, std::size_t kCount>
  static Floats dot_narrow(const Bytes* slots, const std::int8_t* a,
                           const std::int32_t* minus_sum) {
    constexpr std::size_t kLargestPair = 2 * 127 * ((std::size_t{1} << kForm.bits) - 1);
    constexpr std::size_t kRun = std::min<std::size_t>(kCount, 32767 / kLargestPair);
    static_assert(kCount % kRun == 0);
    __m256i sum = _mm256_set1_epi32(kForm.zero * *minus_sum);
    for (std::size_t i = 0; i < kCount; i += kRun) {
      __m256i pairs = _mm256_maddubs_epi16(slots[i], set_four(a + i * 4));
      for (std::size_t j = i + 1; j < i + kRun; ++j) {
        pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(slots[j], set_four(a + j * 4)));
      }
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
    return _mm256_cvtepi32_ps(sum);
  }
};

}  // namespace
}  // namespace falconet
