// The packed layout that matmul kernels stream: panels of 16 rows, interleaved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/aligned_bytes.h"
#include "kernels/codes.h"
#include "kernels/matmul.h"

namespace falconet {

// Rows of a panel: the lanes of a 512-bit register of f32.
constexpr std::size_t kPanelRows = 16;

// Columns of a tile, the unit of a panel's codes. Four columns of sixteen rows are a slot: 64
// bytes, row after row, which one broadcast of four activations multiplies. A tile has 8 slots.
constexpr std::size_t kTileColumns = 32;
constexpr std::size_t kSlots = kTileColumns / 4;
constexpr std::size_t kSlotBytes = kPanelRows * 4;

enum class PanelKind {
  Stored,  // rows as in the file, dequantized for each product: the reference
  Codes,   // integer codes with scales
  Half,    // bf16 or f16, element k of 16 rows side by side
  Pairs,   // bf16, elements 2k and 2k + 1 of 16 rows side by side; the last may be padded with 0
  Float,   // f32, the same way
};

/// Where the parts of a panel of codes begin; each is a multiple of 64 bytes.
///   nest_scales, nest_mins  [in_dim / 256][16] f16, of nested forms
///   scales, mins            [in_dim / group][16] f16 or, if nested, int8
///   codes                   [in_dim / 32] tiles
/// Codes of 8 bits are 8 slots. Narrower ones are split into planes of 4, 2 and 1 bits, lowest
/// first, as many as their width needs (6 = 4 + 2):
///   4 bits  slots 0–3 in the low, 4–7 in the high nibbles of 4 slots of bytes
///   2 bits  slot i in bits 2·(i % 4) of the (i / 4)th of 2 slots of bytes
///   1 bit   slot i in bit i of one slot of bytes
struct PanelLayout {
  std::size_t nest_scales = 0;
  std::size_t nest_mins = 0;
  std::size_t scales = 0;
  std::size_t mins = 0;
  std::size_t codes = 0;
  std::size_t size = 0;
};

PanelLayout panel_layout(const CodeForm& form, std::size_t in_dim);

constexpr std::size_t tile_bytes(const CodeForm& form) {
  return kSlotBytes * static_cast<std::size_t>(form.bits);
}

/// A tile's share of a panel: its codes, its scales and mins, its part of the nests.
constexpr std::size_t tile_share(const CodeForm& form) {
  const std::size_t groups = kTileColumns / form.group;
  const std::size_t scales = kPanelRows * groups * (form.is_nested ? 1 : 2);
  const std::size_t nests = form.is_nested ? kPanelRows * 2 * kTileColumns / kNestElements : 0;
  return tile_bytes(form) + (scales + nests) * (form.has_mins ? 2 : 1);
}

/// Pairs of elements that cover a row.
constexpr std::size_t num_pairs(std::size_t dim) { return (dim + 1) / 2; }

struct PackedMatrix::Impl {
  DType dtype = DType::F32;
  std::size_t out_dim = 0;
  std::size_t in_dim = 0;
  PanelKind kind = PanelKind::Stored;
  Isa isa = Isa::Reference;  // whose kernel multiplies with it
  PanelLayout layout;        // Codes
  std::size_t panel_bytes = 0;
  AlignedBytes memory;

  std::size_t num_panels() const { return (out_dim + kPanelRows - 1) / kPanelRows; }
  const std::byte* panel(std::size_t index) const { return memory.data() + index * panel_bytes; }
};

/// Activations in 8 bits: x ≈ scale · code, groups of 32 elements. A code form's zero and mins add
/// a multiple of the codes' sums, which are kept negated. For panels of pairs they are bf16.
struct Activations::Impl {
  MatrixView<const float> values;
  std::size_t max_tokens = 0;
  std::size_t max_dim = 0;
  bool is_quantized = false;
  bool is_rounded = false;
  AlignedBytes codes;                    // int8 [num_tokens, dim]
  std::vector<float> scales;             // [num_tokens, dim / 32]
  std::vector<std::int32_t> minus_sums;  // [num_tokens, dim / 32, 3]: of 32, of each 16
  AlignedBytes halves;                   // bf16 [num_tokens, num_pairs(dim)], two at a time

  std::int8_t* row_codes(std::size_t row) const {
    return reinterpret_cast<std::int8_t*>(codes.data()) + row * values.cols;
  }
  /// Two elements each; the last one's second is 0 if the row's length is odd.
  std::uint32_t* row_pairs(std::size_t row) const {
    return reinterpret_cast<std::uint32_t*>(halves.data()) + row * num_pairs(values.cols);
  }
  const float* row_scales(std::size_t row) const {
    return scales.data() + row * (values.cols / kTileColumns);
  }
  const std::int32_t* row_minus_sums(std::size_t row) const {
    return minus_sums.data() + row * (values.cols / kTileColumns) * 3;
  }
};

}  // namespace falconet
