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

/// Q4_K and Q5_K: groups 2n and 2n + 1 are the low and high nibbles of the same 32 bytes.
void split_pairs_of_groups(const std::uint8_t* quants, std::uint8_t* codes) {
  for (int pair = 0; pair < 4; ++pair, quants += 32, codes += 64) {
    for (int i = 0; i < 32; ++i) {
      codes[i] = quants[i] & 15;
      codes[i + 32] = quants[i] >> 4;
    }
  }
}

/// Adds kMask's bits at `from` of 32 bytes to the codes of a group, at `to`.
template <int kMask>
void add_high_bits(const std::uint8_t* bytes, int from, int to, std::uint8_t* codes) {
  for (int i = 0; i < 32; ++i) {
    codes[i] = static_cast<std::uint8_t>(codes[i] | (((bytes[i] >> from) & kMask) << to));
  }
}

/// Q2_K and Q3_K: 32 elements a time are bits 2k of the same 32 bytes.
void split_two_bits(const std::uint8_t* quants, std::uint8_t* codes) {
  for (int part = 0; part < 8; ++part, codes += 32) {
    const std::uint8_t* bytes = quants + part / 4 * 32;
    const int shift = part % 4 * 2;
    for (int i = 0; i < 32; ++i) codes[i] = static_cast<std::uint8_t>((bytes[i] >> shift) & 3);
  }
}

void unpack(const BlockQ2_K& b, BlockTarget out) {
  *out.nest_scale = b.d;
  *out.nest_min = b.dmin;
  for (int group = 0; group < 16; ++group) {
    out.scales[group] = b.scales[group] & 15;
    out.mins[group] = b.scales[group] >> 4;
  }
  split_two_bits(b.quants, out.codes);
}

void unpack(const BlockQ3_K& b, BlockTarget out) {
  *out.nest_scale = b.d;
  for (std::size_t group = 0; group < 16; ++group) {
    out.scales[group] = small_integer(unpack_q3_k_scale(b.scales, group));
  }
  split_two_bits(b.quants, out.codes);
  for (int group = 0; group < 8; ++group) {
    add_high_bits<1>(b.high_mask, group, 2, out.codes + group * 32);
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
  split_pairs_of_groups(b.quants, out.codes);
}

void unpack(const BlockQ5_K& b, BlockTarget out) {
  unpack_scales(b, out);
  split_pairs_of_groups(b.quants, out.codes);
  for (int group = 0; group < 8; ++group) {
    add_high_bits<1>(b.high_bits, group, 4, out.codes + group * 32);
  }
}

void unpack(const BlockQ6_K& b, BlockTarget out) {
  *out.nest_scale = b.d;
  for (int group = 0; group < 16; ++group) out.scales[group] = small_integer(b.scales[group]);
  // In each half of 128, quarter k takes nibble k / 2 of low bytes 32·(k % 2) …, and bits 2k of the
  // high bytes.
  for (int quarter = 0; quarter < 8; ++quarter) {
    const std::uint8_t* low = b.low_bits + quarter / 4 * 64 + quarter % 2 * 32;
    std::uint8_t* codes = out.codes + quarter * 32;
    const int shift = quarter % 4 / 2 * 4;
    for (int i = 0; i < 32; ++i) codes[i] = static_cast<std::uint8_t>((low[i] >> shift) & 15);
    add_high_bits<3>(b.high_bits + quarter / 4 * 32, quarter % 4 * 2, 4, codes);
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
