// NEON with 8-bit matrix products for the loops: SMMLA multiplies two rows by two tokens, eight
// columns at a time, which is twice what a dot product does. Only for files compiled with its
// flags.
#pragma once

#include "kernels/simd_neon.h"

namespace falconet {
namespace {

struct NeonI8mm : Neon {
  /// Of two tokens.
  struct FloatsPair {
    Floats first;
    Floats second;
  };

  template <CodeForm kForm, std::size_t kCount>
  static FloatsPair dot_pair(const Bytes* slots, const std::int8_t* a, const std::int8_t* b,
                             const std::int32_t* a_minus_sum, const std::int32_t* b_minus_sum) {
    static_assert(kCount % 2 == 0);
    constexpr bool kIsWhole = kForm.zero == 128;
    // Rows across, tokens along: [row 0 · a, row 0 · b, row 1 · a, row 1 · b], and rows 2 and 3.
    int32x4_t rows01 = vdupq_n_s32(0);
    int32x4_t rows23 = vdupq_n_s32(0);
    for (std::size_t i = 0; i < kCount; i += 2) {
      // Four columns of four rows, twice, become eight columns of two rows, twice.
      const uint32x4_t early = vreinterpretq_u32_s8(signed_codes<kIsWhole>(slots[i]));
      const uint32x4_t late = vreinterpretq_u32_s8(signed_codes<kIsWhole>(slots[i + 1]));
      const int8x16_t tokens = vcombine_s8(vld1_s8(a + i * 4), vld1_s8(b + i * 4));
      rows01 = vmmlaq_s32(rows01, vreinterpretq_s8_u32(vzip1q_u32(early, late)), tokens);
      rows23 = vmmlaq_s32(rows23, vreinterpretq_s8_u32(vzip2q_u32(early, late)), tokens);
    }
    int32x4_t first = vuzp1q_s32(rows01, rows23);
    int32x4_t second = vuzp2q_s32(rows01, rows23);
    if constexpr (!kIsWhole && kForm.zero != 0) {
      first = vaddq_s32(first, vdupq_n_s32(kForm.zero * *a_minus_sum));
      second = vaddq_s32(second, vdupq_n_s32(kForm.zero * *b_minus_sum));
    }
    return {vcvtq_f32_s32(first), vcvtq_f32_s32(second)};
  }
};

}  // namespace
}  // namespace falconet
