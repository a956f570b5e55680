// The quantized blocks of GGUF files, byte for byte (ggml's block_* structures). f16 scales are
// kept as their bits; d is a block's scale, m or dmin its minimum.
#pragma once

#include <cstdint>

namespace falconet {

using F16Bits = std::uint16_t;

/// x = d · (q − 8), two elements a byte: low nibbles are elements 0–15, high nibbles 16–31.
struct BlockQ4_0 {
  F16Bits d;
  std::uint8_t quants[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

/// x = d · q + m
struct BlockQ4_1 {
  F16Bits d;
  F16Bits m;
  std::uint8_t quants[16];
};
static_assert(sizeof(BlockQ4_1) == 20);

/// x = d · (q − 16), the fifth bits in `high_bits` (little endian, bit i for element i).
struct BlockQ5_0 {
  F16Bits d;
  std::uint8_t high_bits[4];
  std::uint8_t quants[16];
};
static_assert(sizeof(BlockQ5_0) == 22);

/// x = d · q + m
struct BlockQ5_1 {
  F16Bits d;
  F16Bits m;
  std::uint8_t high_bits[4];
  std::uint8_t quants[16];
};
static_assert(sizeof(BlockQ5_1) == 24);

/// x = d · q
struct BlockQ8_0 {
  F16Bits d;
  std::int8_t quants[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 16 groups of 16: x = d · (scale & 15) · q − dmin · (scale >> 4), q of 2 bits.
struct BlockQ2_K {
  std::uint8_t scales[16];
  std::uint8_t quants[64];
  F16Bits d;
  F16Bits dmin;
};
static_assert(sizeof(BlockQ2_K) == 84);

/// 16 groups of 16: x = d · (scale − 32) · q, q of 3 bits in −4…3, scales of 6 bits.
struct BlockQ3_K {
  std::uint8_t high_mask[32];
  std::uint8_t quants[64];
  std::uint8_t scales[12];
  F16Bits d;
};
static_assert(sizeof(BlockQ3_K) == 110);

/// 8 groups of 32: x = d · scale · q − dmin · min, q of 4 bits, scales and mins of 6 bits.
struct BlockQ4_K {
  F16Bits d;
  F16Bits dmin;
  std::uint8_t scales[12];
  std::uint8_t quants[128];
};
static_assert(sizeof(BlockQ4_K) == 144);

/// As Q4_K with a fifth bit in `high_bits`.
struct BlockQ5_K {
  F16Bits d;
  F16Bits dmin;
  std::uint8_t scales[12];
  std::uint8_t high_bits[32];
  std::uint8_t quants[128];
};
static_assert(sizeof(BlockQ5_K) == 176);

/// 16 groups of 16: x = d · scale · (q − 32), q of 6 bits.
struct BlockQ6_K {
  std::uint8_t low_bits[128];
  std::uint8_t high_bits[64];
  std::int8_t scales[16];
  F16Bits d;
};
static_assert(sizeof(BlockQ6_K) == 210);

/// x = d · table[q]: 4-bit indexes into a non-linear table.
struct BlockIQ4_NL {
  F16Bits d;
  std::uint8_t quants[16];
};
static_assert(sizeof(BlockIQ4_NL) == 18);

/// 8 groups of 32: x = d · (scale − 32) · table[q], scales of 6 bits.
struct BlockIQ4_XS {
  F16Bits d;
  std::uint16_t scales_high;
  std::uint8_t scales_low[4];
  std::uint8_t quants[128];
};
static_assert(sizeof(BlockIQ4_XS) == 136);

}  // namespace falconet
