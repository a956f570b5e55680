#include "kernels/codes.h"

#include <cstring>

#include "base/check.h"
#include "kernels/dequantize.h"
#include "tensor/quant_blocks.h"

namespace falconet {
namespace {

constexpr F16Bits kSign = 0x8000;

/// Where one block's codes, scales and mins go.
struct BlockTarget {
  std::uint8_t* codes;
  std::uint16_t* scales;
  std::uint16_t* mins;
  std::uint16_t* nest_scale;
  std::uint16_t* nest_min;
};

std::uint16_t small_integer(int value) {
  return static_cast<std::uint8_t>(static_cast<std::int8_t>(value));
}

void split_nibbles(const std::uint8_t* quants, std::uint8_t* codes) {
  for (int i = 0; i < 16; ++i) {
    codes[i] = quants[i] & 15;
    codes[i + 16] = quants[i] >> 4;
  }
}

void add_fifth_bits(const std::uint8_t* high_bits, std::uint8_t* codes) {
  for (int i = 0; i < 32; ++i) {
    codes[i] = static_cast<std::uint8_t>(codes[i] | (((high_bits[i / 8] >> (i % 8)) & 1) << 4));
  }
}

void unpack(const BlockQ4_0& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  out.scales[0] = b.d;
}

// The file adds m where the common form takes a minimum away.
void unpack(const BlockQ4_1& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  out.scales[0] = b.d;
  out.mins[0] = b.m ^ kSign;
}

void unpack(const BlockQ5_0& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  add_fifth_bits(b.high_bits, out.codes);
  out.scales[0] = b.d;
}

void unpack(const BlockQ5_1& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  add_fifth_bits(b.high_bits, out.codes);
  out.scales[0] = b.d;
  out.mins[0] = b.m ^ kSign;
}

void unpack(const BlockQ8_0& b, BlockTarget out) {
  for (int i = 0; i < 32; ++i) out.codes[i] = static_cast<std::uint8_t>(b.quants[i] + 128);
  out.scales[0] = b.d;
}

void unpack(const BlockIQ4_NL& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  out.scales[0] = b.d;
}

/// Bits 2·(i / 32) of byte i % 32 of each half's 32 bytes.
int two_bits(const std::uint8_t* quants, int i) {
  return (quants[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2)) & 3;
}

void unpack(const BlockQ2_K& b, BlockTarget out) {
  *out.nest_scale = b.d;
  *out.nest_min = b.dmin;
  for (int group = 0; group < 16; ++group) {
    out.scales[group] = b.scales[group] & 15;
    out.mins[group] = b.scales[group] >> 4;
  }
  for (int i = 0; i < 256; ++i) out.codes[i] = static_cast<std::uint8_t>(two_bits(b.quants, i));
}

void unpack(const BlockQ3_K& b, BlockTarget out) {
  *out.nest_scale = b.d;
  for (std::size_t group = 0; group < 16; ++group) {
    out.scales[group] = small_integer(unpack_q3_k_scale(b.scales, group));
  }
  for (int i = 0; i < 256; ++i) {
    const int high = (b.high_mask[i % 32] >> (i / 32)) & 1;
    out.codes[i] = static_cast<std::uint8_t>(two_bits(b.quants, i) | (high << 2));
  }
}

template <class Block>
void unpack_scales(const Block& b, BlockTarget out) {
  *out.nest_scale = b.d;
  *out.nest_min = b.dmin;
  for (std::size_t group = 0; group < 8; ++group) {
    const ScaleAndMin packed = unpack_k_scale(b.scales, group);
    out.scales[group] = packed.scale;
    out.mins[group] = packed.min;
  }
}

void unpack(const BlockQ4_K& b, BlockTarget out) {
  unpack_scales(b, out);
  for (int i = 0; i < 256; ++i) {
    const int byte = b.quants[i / 64 * 32 + i % 32];
    out.codes[i] = static_cast<std::uint8_t>(i / 32 % 2 == 0 ? byte & 15 : byte >> 4);
  }
}

void unpack(const BlockQ5_K& b, BlockTarget out) {
  unpack_scales(b, out);
  for (int i = 0; i < 256; ++i) {
    const int byte = b.quants[i / 64 * 32 + i % 32];
    const int high = (b.high_bits[i % 32] >> (i / 32)) & 1;
    out.codes[i] =
        static_cast<std::uint8_t>((i / 32 % 2 == 0 ? byte & 15 : byte >> 4) | (high << 4));
  }
}

void unpack(const BlockQ6_K& b, BlockTarget out) {
  *out.nest_scale = b.d;
  for (int group = 0; group < 16; ++group) out.scales[group] = small_integer(b.scales[group]);
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128;
    const int part = i % 128 / 32;
    const int low_byte = b.low_bits[half * 64 + part % 2 * 32 + i % 32];
    const int low = part < 2 ? low_byte & 15 : low_byte >> 4;
    const int high = (b.high_bits[half * 32 + i % 32] >> (part * 2)) & 3;
    out.codes[i] = static_cast<std::uint8_t>(low | (high << 4));
  }
}

void unpack(const BlockIQ4_XS& b, BlockTarget out) {
  *out.nest_scale = b.d;
  for (int group = 0; group < 8; ++group) {
    const int low = (b.scales_low[group / 2] >> (group % 2 * 4)) & 15;
    const int high = (b.scales_high >> (2 * group)) & 3;
    out.scales[group] = small_integer((low | (high << 4)) - 32);
    split_nibbles(b.quants + group * 16, out.codes + group * 32);
  }
}

template <class Block>
void unpack_blocks(DType dtype, std::span<const std::byte> row, RowCodes& out) {
  const CodeForm form = code_form(dtype);
  const std::size_t block_size = traits(dtype).block_size;
  const std::size_t num_groups = block_size / form.group;
  for (std::size_t i = 0; i < row.size() / sizeof(Block); ++i) {
    Block block;
    std::memcpy(&block, row.data() + i * sizeof(Block), sizeof(Block));
    BlockTarget target{out.codes.data() + i * block_size, out.scales.data() + i * num_groups,
                       nullptr, nullptr, nullptr};
    if (form.has_mins) target.mins = out.mins.data() + i * num_groups;
    if (form.is_nested) target.nest_scale = out.nest_scales.data() + i;
    if (form.is_nested && form.has_mins) target.nest_min = out.nest_mins.data() + i;
    unpack(block, target);
  }
}

}  // namespace

void unpack_row(DType dtype, std::span<const std::byte> row, std::size_t in_dim, RowCodes& out) {
  const CodeForm form = code_form(dtype);
  const std::size_t num_nests = form.is_nested ? in_dim / kNestElements : 0;
  out.codes.resize(in_dim);
  out.scales.resize(in_dim / form.group);
  out.mins.resize(form.has_mins ? in_dim / form.group : 0);
  out.nest_scales.resize(num_nests);
  out.nest_mins.resize(form.has_mins ? num_nests : 0);
  switch (dtype) {
    case DType::Q4_0: return unpack_blocks<BlockQ4_0>(dtype, row, out);
    case DType::Q4_1: return unpack_blocks<BlockQ4_1>(dtype, row, out);
    case DType::Q5_0: return unpack_blocks<BlockQ5_0>(dtype, row, out);
    case DType::Q5_1: return unpack_blocks<BlockQ5_1>(dtype, row, out);
    case DType::Q8_0: return unpack_blocks<BlockQ8_0>(dtype, row, out);
    case DType::Q2_K: return unpack_blocks<BlockQ2_K>(dtype, row, out);
    case DType::Q3_K: return unpack_blocks<BlockQ3_K>(dtype, row, out);
    case DType::Q4_K: return unpack_blocks<BlockQ4_K>(dtype, row, out);
    case DType::Q5_K: return unpack_blocks<BlockQ5_K>(dtype, row, out);
    case DType::Q6_K: return unpack_blocks<BlockQ6_K>(dtype, row, out);
    case DType::IQ4_NL: return unpack_blocks<BlockIQ4_NL>(dtype, row, out);
    case DType::IQ4_XS: return unpack_blocks<BlockIQ4_XS>(dtype, row, out);
    case DType::F32:
    case DType::F16:
    case DType::BF16: break;
  }
  CHECK(false, traits(dtype).name, " has no codes");
}

}  // namespace falconet
