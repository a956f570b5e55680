#include "formats/quantize_row.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "tensor/half.h"

namespace falconet {
namespace {

constexpr std::size_t kRowBlock = 32;  // of Q4_0 … Q8_0

/// 0 … max, cut off towards zero as ggml does; 0 for NaN.
std::uint8_t cut_into(float value, float max) {
  return static_cast<std::uint8_t>(value > 0.0f ? std::min(value, max) : 0.0f);
}

float reciprocal(float d) { return d == 0.0f ? 0.0f : 1.0f / d; }

/// The value of largest magnitude with its sign; the first of several.
float signed_peak(const float* values) {
  float peak = 0.0f;
  for (std::size_t i = 0; i < kRowBlock; ++i) {
    if (std::fabs(values[i]) > std::fabs(peak)) peak = values[i];
  }
  return peak;
}

/// x · inverse + offset in one rounding, as ggml's reference compiles to a fused multiply-add.
float fused(float x, float inverse, double offset) {
  return static_cast<float>(static_cast<double>(x) * static_cast<double>(inverse) + offset);
}

void pack_nibbles(const std::uint8_t (&quants)[kRowBlock], std::uint8_t (&packed)[16]) {
  for (std::size_t i = 0; i < 16; ++i) {
    packed[i] = static_cast<std::uint8_t>((quants[i] & 15) | (quants[i + 16] & 15) << 4);
  }
}

void pack_fifth_bits(const std::uint8_t (&quants)[kRowBlock], std::uint8_t (&packed)[4]) {
  std::memset(packed, 0, sizeof packed);
  for (std::size_t i = 0; i < kRowBlock; ++i) {
    packed[i / 8] = static_cast<std::uint8_t>(packed[i / 8] | (quants[i] >> 4) << (i % 8));
  }
}

void quantize_block(const float* values, BlockQ4_0& block) {
  const float d = signed_peak(values) / -8.0f;
  const float inverse = reciprocal(d);
  std::uint8_t quants[kRowBlock];
  for (std::size_t i = 0; i < kRowBlock; ++i) {
    quants[i] = cut_into(fused(values[i], inverse, 8.5), 15.0f);
  }
  block.d = f32_to_f16(d);
  pack_nibbles(quants, block.quants);
}

void quantize_block(const float* values, BlockQ5_0& block) {
  const float d = signed_peak(values) / -16.0f;
  const float inverse = reciprocal(d);
  std::uint8_t quants[kRowBlock];
  for (std::size_t i = 0; i < kRowBlock; ++i) {
    quants[i] = cut_into(fused(values[i], inverse, 16.5), 31.0f);
  }
  block.d = f32_to_f16(d);
  pack_nibbles(quants, block.quants);
  pack_fifth_bits(quants, block.high_bits);
}

/// Q4_1 and Q5_1: the range from the least to the greatest value in `max` steps.
template <class Block>
void quantize_range(const float* values, float max, Block& block,
                    std::uint8_t (&quants)[kRowBlock]) {
  const auto [least, greatest] = std::minmax_element(values, values + kRowBlock);
  const float m = *least;
  const float d = (*greatest - m) / max;
  const float inverse = reciprocal(d);
  for (std::size_t i = 0; i < kRowBlock; ++i) {
    quants[i] = cut_into((values[i] - m) * inverse + 0.5f, max);
  }
  block.d = f32_to_f16(d);
  block.m = f32_to_f16(m);
  pack_nibbles(quants, block.quants);
}

void quantize_block(const float* values, BlockQ4_1& block) {
  std::uint8_t quants[kRowBlock];
  quantize_range(values, 15.0f, block, quants);
}

void quantize_block(const float* values, BlockQ5_1& block) {
  std::uint8_t quants[kRowBlock];
  quantize_range(values, 31.0f, block, quants);
  pack_fifth_bits(quants, block.high_bits);
}

void quantize_block(const float* values, BlockQ8_0& block) {
  const float d = std::fabs(signed_peak(values)) / 127.0f;
  const float inverse = reciprocal(d);
  for (std::size_t i = 0; i < kRowBlock; ++i) {
    const float rounded = std::round(values[i] * inverse);  // halves away from zero
    const bool is_inside = rounded >= -127.0f && rounded <= 127.0f;
    block.quants[i] = is_inside ? static_cast<std::int8_t>(rounded) : std::int8_t{0};
  }
  block.d = f32_to_f16(d);
}

template <class Block>
void quantize_blocks(std::span<const float> row, std::size_t block_size, std::byte* out) {
  Block block;
  for (std::size_t at = 0; at < row.size(); at += block_size, out += sizeof(Block)) {
    quantize_block(row.data() + at, block);
    std::memcpy(out, &block, sizeof(Block));
  }
}

template <class Round>
void round_each(std::span<const float> row, std::byte* out, Round round) {
  for (const float value : row) {
    const std::uint16_t bits = round(value);
    std::memcpy(out, &bits, sizeof bits);
    out += sizeof bits;
  }
}

}  // namespace

bool can_quantize_to(DType dtype) {
  switch (dtype) {
    case DType::Q2_K:
    case DType::Q3_K:
    case DType::IQ4_NL:
    case DType::IQ4_XS: return false;
    default: return true;
  }
}

void quantize_row(DType dtype, std::span<const float> row, std::span<std::byte> out) {
  CHECK(out.size() == row_bytes(dtype, row.size()), out.size(), " bytes for ", row.size(),
        " elements of ", traits(dtype).name);
  const std::size_t block_size = traits(dtype).block_size;
  switch (dtype) {
    case DType::F32:
      if (!row.empty()) std::memcpy(out.data(), row.data(), out.size());
      return;
    case DType::F16: return round_each(row, out.data(), f32_to_f16);
    case DType::BF16: return round_each(row, out.data(), f32_to_bf16);
    case DType::Q4_0: return quantize_blocks<BlockQ4_0>(row, block_size, out.data());
    case DType::Q4_1: return quantize_blocks<BlockQ4_1>(row, block_size, out.data());
    case DType::Q5_0: return quantize_blocks<BlockQ5_0>(row, block_size, out.data());
    case DType::Q5_1: return quantize_blocks<BlockQ5_1>(row, block_size, out.data());
    case DType::Q8_0: return quantize_blocks<BlockQ8_0>(row, block_size, out.data());
    case DType::Q4_K: return quantize_blocks<BlockQ4_K>(row, block_size, out.data());
    case DType::Q5_K: return quantize_blocks<BlockQ5_K>(row, block_size, out.data());
    case DType::Q6_K: return quantize_blocks<BlockQ6_K>(row, block_size, out.data());
    default: CHECK(false, "no quantizer for ", traits(dtype).name);
  }
}

}  // namespace falconet
