// The operations of NEON with the dot product extension for the loops: a register holds four rows.
// Only for files compiled with its flags.
#pragma once

#include <arm_neon.h>

#include <cstring>

#include "kernels/codes.h"
#include "kernels/dequantize.h"

namespace falconet {
namespace {

struct Neon {
  static constexpr std::size_t kLanes = 4;
  // Four parts of a panel times four tokens are sixteen sums; a tile's codes take eight registers.
  static constexpr std::size_t kTokens = 4;
  static constexpr std::size_t kQueries = 4;
  using Floats = float32x4_t;
  using Bytes = uint8x16_t;

  static Floats zero() { return vdupq_n_f32(0); }
  static Floats set(float value) { return vdupq_n_f32(value); }
  static Floats mul(Floats a, Floats b) { return vmulq_f32(a, b); }
  static Floats fma(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
  static Floats div(Floats a, Floats b) { return vdivq_f32(a, b); }
  // Of an ordinary number and NaN, both give the second argument.
  static Floats max(Floats a, Floats b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
  static Floats min(Floats a, Floats b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
  static Floats abs(Floats a) { return vabsq_f32(a); }
  static Floats round(Floats a) { return vrndnq_f32(a); }
  static Floats times_power_of_two(Floats a, Floats power) {
    const int32x4_t exponent = vaddq_s32(vcvtq_s32_f32(power), vdupq_n_s32(127));
    return vmulq_f32(a, vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23)));
  }
  static Floats first_lanes(Floats a, std::size_t count, Floats rest) {
    constexpr std::uint32_t kNumbers[kLanes] = {0, 1, 2, 3};
    const uint32x4_t first = vdupq_n_u32(static_cast<std::uint32_t>(count));
    return vbslq_f32(vcltq_u32(vld1q_u32(kNumbers), first), a, rest);
  }
  static float largest(Floats a) { return vmaxvq_f32(a); }
  static float sum(Floats a) { return vaddvq_f32(a); }
  static void store(float* out, Floats value) { vst1q_f32(out, value); }
  static Floats from_floats(const float* values) { return vld1q_f32(values); }
  static Floats from_halves(const std::uint16_t* bits) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(bits)));
  }
  static Floats from_bf16(const std::uint16_t* bits) {
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(bits), 16));
  }
  static Floats from_int8(const std::int8_t* values) {
    std::int32_t four;
    std::memcpy(&four, values, sizeof four);
    const int16x8_t wide = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)));
    return vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide)));
  }
  static Floats set_int(const std::int32_t* value) { return vcvtq_f32_s32(vdupq_n_s32(*value)); }

  /// Integral values as int8.
  static void store_int8(std::int8_t* out, Floats integers) {
    const int16x4_t half = vmovn_s32(vcvtnq_s32_f32(integers));
    const int8x8_t bytes = vmovn_s16(vcombine_s16(half, half));
    const std::int32_t four = vget_lane_s32(vreinterpret_s32_s8(bytes), 0);
    std::memcpy(out, &four, sizeof four);
  }

  static Bytes load(const std::byte* bytes) {
    return vld1q_u8(reinterpret_cast<const std::uint8_t*>(bytes));
  }
  static Bytes mask(Bytes bytes, int bits) {
    return vandq_u8(bytes, vdupq_n_u8(static_cast<std::uint8_t>(bits)));
  }
  static Bytes or_masked(Bytes bytes, Bytes more, int bits) {
    return vorrq_u8(bytes, mask(more, bits));
  }
  template <int kBits>
  static Bytes shift(Bytes bytes) {
    if constexpr (kBits > 0) return vshrq_n_u8(bytes, kBits);
    if constexpr (kBits < 0) return vshlq_n_u8(bytes, -kBits);
    return bytes;
  }
  static Bytes iq4_levels(Bytes indexes) {
    const int8x16_t levels = vld1q_s8(kIq4Values.data());
    const uint8x16_t raised = veorq_u8(vreinterpretq_u8_s8(levels), vdupq_n_u8(0x80));
    return vqtbl1q_u8(raised, indexes);
  }

  template <CodeForm kForm, std::size_t kCount>
  static Floats dot(const Bytes* slots, const std::int8_t* a, const std::int32_t* minus_sum) {
    static_assert(kCount % 4 == 0);
    // The products are of signed bytes. Codes of a whole byte become so by taking their zero away;
    // narrower ones are below 128 already.
    constexpr bool kIsWhole = kForm.zero == 128;
    int32x4_t sum = vdupq_n_s32(kIsWhole ? 0 : kForm.zero * *minus_sum);
    for (std::size_t i = 0; i < kCount; i += 4) {
      const int8x16_t values = vld1q_s8(a + i * 4);
      sum = vdotq_laneq_s32(sum, signed_codes<kIsWhole>(slots[i]), values, 0);
      sum = vdotq_laneq_s32(sum, signed_codes<kIsWhole>(slots[i + 1]), values, 1);
      sum = vdotq_laneq_s32(sum, signed_codes<kIsWhole>(slots[i + 2]), values, 2);
      sum = vdotq_laneq_s32(sum, signed_codes<kIsWhole>(slots[i + 3]), values, 3);
    }
    return vcvtq_f32_s32(sum);
  }

  template <bool kIsWhole>
  static int8x16_t signed_codes(Bytes codes) {
    if constexpr (kIsWhole) codes = veorq_u8(codes, vdupq_n_u8(0x80));
    return vreinterpretq_s8_u8(codes);
  }
};

}  // namespace
}  // namespace falconet
