// The operations of AVX-512 with VNNI for the loops: a register holds sixteen rows.
// Only for files compiled with its flags.
#pragma once

#include <immintrin.h>

#include <cstring>

#include "kernels/codes.h"
#include "kernels/dequantize.h"

namespace falconet {
namespace {

struct Avx512 {
  static constexpr std::size_t kLanes = 16;
  // Sixteen sums, eight registers of codes and their scales fit the 32 registers.
  static constexpr std::size_t kTokens = 16;
  // Query vectors that share a pass over keys and values.
  static constexpr std::size_t kQueries = 8;
  using Floats = __m512;
  using Bytes = __m512i;

  static Floats zero() { return _mm512_setzero_ps(); }
  static Floats set(float value) { return _mm512_set1_ps(value); }
  static Floats mul(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  static Floats div(Floats a, Floats b) { return _mm512_div_ps(a, b); }
  // Of an ordinary number and NaN, both give the second argument.
  static Floats max(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  static Floats min(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static Floats abs(Floats a) { return _mm512_abs_ps(a); }
  static Floats round(Floats a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }
  static Floats times_power_of_two(Floats a, Floats power) { return _mm512_scalef_ps(a, power); }
  static Floats first_lanes(Floats a, std::size_t count, Floats rest) {
    return _mm512_mask_mov_ps(rest, static_cast<__mmask16>((1u << count) - 1u), a);
  }
  static float largest(Floats a) { return _mm512_reduce_max_ps(a); }
  static float sum(Floats a) { return _mm512_reduce_add_ps(a); }
  static void store(float* out, Floats value) { _mm512_storeu_ps(out, value); }
  static Floats from_floats(const float* values) { return _mm512_loadu_ps(values); }
  static Floats from_halves(const std::uint16_t* bits) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bits)));
  }
  static Floats from_bf16(const std::uint16_t* bits) {
    const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bits));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
  }
  static Floats from_int8(const std::int8_t* values) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(values));
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
  }
  static Floats set_int(const std::int32_t* value) {
    return _mm512_cvtepi32_ps(_mm512_set1_epi32(*value));
  }

  /// Integral values as int8.
  static void store_int8(std::int8_t* out, Floats integers) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out),
                     _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(integers)));
  }

  static Bytes load(const std::byte* bytes) { return _mm512_loadu_si512(bytes); }
  static Bytes mask(Bytes bytes, int bits) {
    return _mm512_and_si512(bytes, _mm512_set1_epi8(static_cast<char>(bits)));
  }
  static Bytes or_masked(Bytes bytes, Bytes more, int bits) {
    constexpr int kFirstOrBothOthers = 0xF8;
    return _mm512_ternarylogic_epi32(bytes, more, _mm512_set1_epi8(static_cast<char>(bits)),
                                     kFirstOrBothOthers);
  }
  template <int kBits>
  static Bytes shift(Bytes bytes) {
    if constexpr (kBits > 0) return _mm512_srli_epi16(bytes, kBits);
    if constexpr (kBits < 0) return _mm512_slli_epi16(bytes, -kBits);
    return bytes;
  }
  static Bytes iq4_levels(Bytes indexes) {
    const __m128i levels = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kIq4Values.data()));
    const __m128i raised = _mm_xor_si128(levels, _mm_set1_epi8(static_cast<char>(0x80)));
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(raised), indexes);
  }

  template <CodeForm kForm, std::size_t kCount>
  static Floats dot(const Bytes* slots, const std::int8_t* a, const std::int32_t* minus_sum) {
    __m512i sum = _mm512_setzero_si512();
    if constexpr (kForm.zero != 0) {
      constexpr auto kShift = static_cast<unsigned>(__builtin_ctz(kForm.zero));
      static_assert(1 << kShift == kForm.zero);
      sum = _mm512_slli_epi32(_mm512_set1_epi32(*minus_sum), kShift);
    }
    for (std::size_t i = 0; i < kCount; ++i) {
      std::int32_t four;
      std::memcpy(&four, a + i * 4, sizeof four);
      sum = _mm512_dpbusd_epi32(sum, slots[i], _mm512_set1_epi32(four));
    }
    return _mm512_cvtepi32_ps(sum);
  }
};

}  // namespace
}  // namespace falconet
