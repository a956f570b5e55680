#include "kernels/dequantize.h"

#include <cstring>

#include "base/check.h"
#include "kernels/matmul.h"
#include "tensor/half.h"
#include "tensor/quant_blocks.h"

namespace falconet {
namespace {

// Each expand() writes one block's elements. The order of the multiplications is ggml's, so that
// every bit of the result is: (d · scale) · q rounds differently from d · (scale · q).

struct PlainF16 {
  F16Bits bits;
};
struct PlainBf16 {
  F16Bits bits;
};

void expand(const float& value, float* out) { *out = value; }
void expand(const PlainF16& value, float* out) { *out = f16_to_f32(value.bits); }
void expand(const PlainBf16& value, float* out) { *out = bf16_to_f32(value.bits); }

void expand(const BlockQ4_0& block, float* out) {
  const float d = f16_to_f32(block.d);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = static_cast<float>((block.quants[i] & 15) - 8) * d;
    out[i + 16] = static_cast<float>((block.quants[i] >> 4) - 8) * d;
  }
}

void expand(const BlockQ4_1& block, float* out) {
  const float d = f16_to_f32(block.d);
  const float m = f16_to_f32(block.m);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = static_cast<float>(block.quants[i] & 15) * d + m;
    out[i + 16] = static_cast<float>(block.quants[i] >> 4) * d + m;
  }
}

/// Element i of a Q5_0 or Q5_1 block, 0 … 31.
template <class Block>
int q5_quant(const Block& block, std::size_t i) {
  const int low = i < 16 ? block.quants[i] & 15 : block.quants[i - 16] >> 4;
  const int high = (block.high_bits[i / 8] >> (i % 8)) & 1;
  return low | (high << 4);
}

void expand(const BlockQ5_0& block, float* out) {
  const float d = f16_to_f32(block.d);
  for (std::size_t i = 0; i < 32; ++i) out[i] = static_cast<float>(q5_quant(block, i) - 16) * d;
}

void expand(const BlockQ5_1& block, float* out) {
  const float d = f16_to_f32(block.d);
  const float m = f16_to_f32(block.m);
  for (std::size_t i = 0; i < 32; ++i) out[i] = static_cast<float>(q5_quant(block, i)) * d + m;
}

void expand(const BlockQ8_0& block, float* out) {
  const float d = f16_to_f32(block.d);
  for (std::size_t i = 0; i < 32; ++i) out[i] = static_cast<float>(block.quants[i]) * d;
}

// The two- and three-bit formats keep element i of each half of 128 at bits 2·(i / 32) of byte
// i % 32 of that half's 32 bytes.
int two_bits(const std::uint8_t (&quants)[64], std::size_t i) {
  return (quants[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2)) & 3;
}

void expand(const BlockQ2_K& block, float* out) {
  const float d = f16_to_f32(block.d);
  const float dmin = f16_to_f32(block.dmin);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * static_cast<float>(block.scales[group] & 15);
    const float min = dmin * static_cast<float>(block.scales[group] >> 4);
    for (std::size_t i = group * 16; i < group * 16 + 16; ++i) {
      out[i] = scale * static_cast<float>(two_bits(block.quants, i)) - min;
    }
  }
}

void expand(const BlockQ3_K& block, float* out) {
  const float d = f16_to_f32(block.d);
  for (std::size_t group = 0; group < 16; ++group) {
    const float scale = d * static_cast<float>(unpack_q3_k_scale(block.scales, group));
    for (std::size_t i = group * 16; i < group * 16 + 16; ++i) {
      const int offset = (block.high_mask[i % 32] >> (i / 32)) & 1 ? 0 : 4;
      out[i] = scale * static_cast<float>(two_bits(block.quants, i) - offset);
    }
  }
}

// Q4_K and Q5_K: groups 2n and 2n + 1 are the low and high nibbles of the same 32 bytes.
int k_nibble(const std::uint8_t (&quants)[128], std::size_t group, std::size_t i) {
  return (quants[group / 2 * 32 + i] >> (group % 2 * 4)) & 15;
}

void expand(const BlockQ4_K& block, float* out) {
  for (std::size_t group = 0; group < 8; ++group) {
    const ScaleAndMin packed = unpack_k_scale(block.scales, group);
    const float scale = f16_to_f32(block.d) * packed.scale;
    const float min = f16_to_f32(block.dmin) * packed.min;
    for (std::size_t i = 0; i < 32; ++i) {
      out[group * 32 + i] = scale * static_cast<float>(k_nibble(block.quants, group, i)) - min;
    }
  }
}

void expand(const BlockQ5_K& block, float* out) {
  for (std::size_t group = 0; group < 8; ++group) {
    const ScaleAndMin packed = unpack_k_scale(block.scales, group);
    const float scale = f16_to_f32(block.d) * packed.scale;
    const float min = f16_to_f32(block.dmin) * packed.min;
    for (std::size_t i = 0; i < 32; ++i) {
      const int high = (block.high_bits[i] >> group) & 1;
      const int quant = k_nibble(block.quants, group, i) | (high << 4);
      out[group * 32 + i] = scale * static_cast<float>(quant) - min;
    }
  }
}

// Q6_K: in each half of 128, quarter k takes nibble k / 2 of low bytes 32·(k % 2) …, and bits 2k
// of the high bytes.
void expand(const BlockQ6_K& block, float* out) {
  const float d = f16_to_f32(block.d);
  for (std::size_t i = 0; i < 256; ++i) {
    const std::size_t half = i / 128;
    const std::size_t quarter = i % 128 / 32;
    const int low =
        (block.low_bits[half * 64 + quarter % 2 * 32 + i % 32] >> (quarter / 2 * 4)) & 15;
    const int high = (block.high_bits[half * 32 + i % 32] >> (quarter * 2)) & 3;
    const float scale = d * static_cast<float>(block.scales[i / 16]);
    out[i] = scale * static_cast<float>((low | (high << 4)) - 32);
  }
}

void expand(const BlockIQ4_NL& block, float* out) {
  const float d = f16_to_f32(block.d);
  for (std::size_t i = 0; i < 16; ++i) {
    out[i] = d * static_cast<float>(kIq4Values[block.quants[i] & 15]);
    out[i + 16] = d * static_cast<float>(kIq4Values[block.quants[i] >> 4]);
  }
}

void expand(const BlockIQ4_XS& block, float* out) {
  for (std::size_t group = 0; group < 8; ++group) {
    const int low = (block.scales_low[group / 2] >> (group % 2 * 4)) & 15;
    const int high = (block.scales_high >> (2 * group)) & 3;
    const float scale = f16_to_f32(block.d) * static_cast<float>((low | (high << 4)) - 32);
    for (std::size_t i = 0; i < 16; ++i) {
      const std::uint8_t pair = block.quants[group * 16 + i];
      out[group * 32 + i] = scale * static_cast<float>(kIq4Values[pair & 15]);
      out[group * 32 + i + 16] = scale * static_cast<float>(kIq4Values[pair >> 4]);
    }
  }
}

/// Blocks are copied out first: rows of foreign files may lie at any address.
template <class Block>
void expand_blocks(std::span<const std::byte> row, std::size_t block_size, float* out) {
  Block block;
  for (std::size_t at = 0; at < row.size(); at += sizeof(Block), out += block_size) {
    std::memcpy(&block, row.data() + at, sizeof(Block));
    expand(block, out);
  }
}

}  // namespace

void dequantize_row(DType dtype, std::span<const std::byte> row, std::span<float> out) {
  CHECK(row.size() == row_bytes(dtype, out.size()), row.size(), " bytes for ", out.size(),
        " elements of ", traits(dtype).name);
  const std::size_t block_size = traits(dtype).block_size;
  switch (dtype) {
    case DType::F32: return expand_blocks<float>(row, block_size, out.data());
    case DType::F16: return expand_blocks<PlainF16>(row, block_size, out.data());
    case DType::BF16: return expand_blocks<PlainBf16>(row, block_size, out.data());
    case DType::Q4_0: return expand_blocks<BlockQ4_0>(row, block_size, out.data());
    case DType::Q4_1: return expand_blocks<BlockQ4_1>(row, block_size, out.data());
    case DType::Q5_0: return expand_blocks<BlockQ5_0>(row, block_size, out.data());
    case DType::Q5_1: return expand_blocks<BlockQ5_1>(row, block_size, out.data());
    case DType::Q8_0: return expand_blocks<BlockQ8_0>(row, block_size, out.data());
    case DType::Q2_K: return expand_blocks<BlockQ2_K>(row, block_size, out.data());
    case DType::Q3_K: return expand_blocks<BlockQ3_K>(row, block_size, out.data());
    case DType::Q4_K: return expand_blocks<BlockQ4_K>(row, block_size, out.data());
    case DType::Q5_K: return expand_blocks<BlockQ5_K>(row, block_size, out.data());
    case DType::Q6_K: return expand_blocks<BlockQ6_K>(row, block_size, out.data());
    case DType::IQ4_NL: return expand_blocks<BlockIQ4_NL>(row, block_size, out.data());
    case DType::IQ4_XS: return expand_blocks<BlockIQ4_XS>(row, block_size, out.data());
  }
}

}  // namespace falconet
