#include "kernels/codes.h"

#include <array>
#include <cstring>

#include "base/check.h"
#include "tensor/half.h"
#include "tensor/quant_blocks.h"

namespace falconet {
namespace {

// IQ4_NL's levels, moved up by 128 to be unsigned.
constexpr std::array<std::uint8_t, 16> kIq4Codes = {1,   24,  45,  63,  79,  93,  106, 118,
                                                    129, 141, 153, 166, 181, 197, 217, 241};

/// Where one block's codes, scales and mins go.
struct BlockTarget {
  std::uint8_t* codes;
  float* scales;
  float* mins;
};

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
  out.scales[0] = f16_to_f32(b.d);
}

void unpack(const BlockQ4_1& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  out.scales[0] = f16_to_f32(b.d);
  out.mins[0] = -f16_to_f32(b.m);
}

void unpack(const BlockQ5_0& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  add_fifth_bits(b.high_bits, out.codes);
  out.scales[0] = f16_to_f32(b.d);
}

void unpack(const BlockQ5_1& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  add_fifth_bits(b.high_bits, out.codes);
  out.scales[0] = f16_to_f32(b.d);
  out.mins[0] = -f16_to_f32(b.m);
}

void unpack(const BlockQ8_0& b, BlockTarget out) {
  for (int i = 0; i < 32; ++i) out.codes[i] = static_cast<std::uint8_t>(b.quants[i] + 128);
  out.scales[0] = f16_to_f32(b.d);
}

void unpack(const BlockIQ4_NL& b, BlockTarget out) {
  split_nibbles(b.quants, out.codes);
  for (int i = 0; i < 32; ++i) out.codes[i] = kIq4Codes[out.codes[i]];
  out.scales[0] = f16_to_f32(b.d);
}

/// Q4_K and Q5_K: 6-bit scales and mins of eight groups in 12 bytes.
template <class Block>
void unpack_scales(const Block& b, BlockTarget out) {
  for (int group = 0; group < 8; ++group) {
    const std::uint8_t* packed = b.scales;
    const int scale =
        group < 4 ? packed[group] & 63 : (packed[group + 4] & 15) | ((packed[group - 4] >> 6) << 4);
    const int min =
        group < 4 ? packed[group + 4] & 63 : (packed[group + 4] >> 4) | ((packed[group] >> 6) << 4);
    out.scales[group] = f16_to_f32(b.d) * static_cast<float>(scale);
    out.mins[group] = f16_to_f32(b.dmin) * static_cast<float>(min);
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
  const float d = f16_to_f32(b.d);
  for (int group = 0; group < 16; ++group) {
    out.scales[group] = d * static_cast<float>(b.scales[group]);
  }
  for (int i = 0; i < 256; ++i) {
    const int half = i / 128;
    const int part = i % 128 / 32;
    const int low_byte = b.low_bits[half * 64 + part % 2 * 32 + i % 32];
    const int low = part < 2 ? low_byte & 15 : low_byte >> 4;
    const int high = (b.high_bits[half * 32 + i % 32] >> (part * 2)) & 3;
    out.codes[i] = static_cast<std::uint8_t>(low | (high << 4));
  }
}

template <class Block>
void unpack_blocks(std::span<const std::byte> row, const CodeForm& form, std::size_t block_size,
                   RowCodes& out) {
  const std::size_t groups_per_block = block_size / form.group;
  for (std::size_t i = 0; i < row.size() / sizeof(Block); ++i) {
    Block block;
    std::memcpy(&block, row.data() + i * sizeof(Block), sizeof(Block));
    unpack(block, {out.codes.data() + i * block_size, out.scales.data() + i * groups_per_block,
                   form.has_mins ? out.mins.data() + i * groups_per_block : nullptr});
  }
}

}  // namespace

std::optional<CodeForm> code_form(DType dtype) {
  switch (dtype) {
    case DType::Q4_0: return CodeForm{.group = 32, .bits = 4, .zero = 8, .has_mins = false};
    case DType::Q4_1: return CodeForm{.group = 32, .bits = 4, .zero = 0, .has_mins = true};
    case DType::Q5_0: return CodeForm{.group = 32, .bits = 8, .zero = 16, .has_mins = false};
    case DType::Q5_1: return CodeForm{.group = 32, .bits = 8, .zero = 0, .has_mins = true};
    case DType::Q8_0: return CodeForm{.group = 32, .bits = 8, .zero = 128, .has_mins = false};
    case DType::Q4_K: return CodeForm{.group = 32, .bits = 4, .zero = 0, .has_mins = true};
    case DType::Q5_K: return CodeForm{.group = 32, .bits = 8, .zero = 0, .has_mins = true};
    case DType::Q6_K: return CodeForm{.group = 16, .bits = 8, .zero = 32, .has_mins = false};
    case DType::IQ4_NL: return CodeForm{.group = 32, .bits = 8, .zero = 128, .has_mins = false};
    default: return std::nullopt;
  }
}

void unpack_row(DType dtype, std::span<const std::byte> row, std::size_t in_dim, RowCodes& out) {
  const auto form = code_form(dtype);
  CHECK(form.has_value(), traits(dtype).name);
  const std::size_t block_size = traits(dtype).block_size;
  out.codes.resize(in_dim);
  out.scales.resize(in_dim / form->group);
  out.mins.resize(form->has_mins ? in_dim / form->group : 0);
  switch (dtype) {
    case DType::Q4_0: return unpack_blocks<BlockQ4_0>(row, *form, block_size, out);
    case DType::Q4_1: return unpack_blocks<BlockQ4_1>(row, *form, block_size, out);
    case DType::Q5_0: return unpack_blocks<BlockQ5_0>(row, *form, block_size, out);
    case DType::Q5_1: return unpack_blocks<BlockQ5_1>(row, *form, block_size, out);
    case DType::Q8_0: return unpack_blocks<BlockQ8_0>(row, *form, block_size, out);
    case DType::Q4_K: return unpack_blocks<BlockQ4_K>(row, *form, block_size, out);
    case DType::Q5_K: return unpack_blocks<BlockQ5_K>(row, *form, block_size, out);
    case DType::Q6_K: return unpack_blocks<BlockQ6_K>(row, *form, block_size, out);
    case DType::IQ4_NL: return unpack_blocks<BlockIQ4_NL>(row, *form, block_size, out);
    default: CHECK(false);
  }
}

}  // namespace falconet
