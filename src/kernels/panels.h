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

enum class PanelKind {
  Stored,  // rows as in the file, dequantized for each product: the reference
  Codes,   // integer codes in groups: [scales f16 ×16][mins f16 ×16, if any][codes]
  Half,    // bf16 or f16, element k of 16 rows side by side
  Float,   // f32, the same way
};

struct PackedMatrix::Impl {
  DType dtype = DType::F32;
  std::size_t out_dim = 0;
  std::size_t in_dim = 0;
  PanelKind kind = PanelKind::Stored;
  Isa isa = Isa::Reference;        // whose kernel multiplies with it
  CodeForm form;                   // Codes
  std::size_t panel_bytes = 0;     // all kinds but Stored
  std::vector<float> row_factors;  // Codes: [num_panels · 16], multiplies a row's sums
  AlignedBytes memory;

  std::size_t num_panels() const { return (out_dim + kPanelRows - 1) / kPanelRows; }
  const std::byte* panel(std::size_t index) const { return memory.data() + index * panel_bytes; }

  /// Codes: bytes of one group of a panel.
  std::size_t group_bytes() const {
    return kPanelRows * (sizeof(std::uint16_t) * (form.has_mins ? 2 : 1) +
                         form.group * static_cast<std::size_t>(form.bits) / 8);
  }
};

/// Activations in 8 bits: x ≈ scale · code, groups of 32 elements; integer sums of each 16.
struct Activations::Impl {
  MatrixView<const float> values;
  std::size_t max_tokens = 0;
  std::size_t max_dim = 0;
  bool is_quantized = false;
  AlignedBytes codes;              // int8 [num_tokens, dim]
  std::vector<float> scales;       // [num_tokens, dim / 32]
  std::vector<std::int32_t> sums;  // [num_tokens, dim / 16]

  const std::int8_t* row_codes(std::size_t row) const {
    return reinterpret_cast<const std::int8_t*>(codes.data()) + row * values.cols;
  }
  const float* row_scales(std::size_t row) const {
    return scales.data() + row * (values.cols / 32);
  }
  const std::int32_t* row_sums(std::size_t row) const {
    return sums.data() + row * (values.cols / 16);
  }
};

/// Quantizes the assigned values, once.
void quantize_activations(Activations::Impl& x, ThreadPool& pool);

/// Panels [begin, end) of the product; `out` is [num_tokens, out_dim].
using PanelKernel = void (*)(const Activations::Impl& x, const PackedMatrix::Impl& w,
                             std::size_t begin, std::size_t end, MatrixView<float> out);

#if defined(__x86_64__)
void matmul_panels_avx2(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                        std::size_t end, MatrixView<float> out);
void matmul_panels_avx512(const Activations::Impl& x, const PackedMatrix::Impl& w,
                          std::size_t begin, std::size_t end, MatrixView<float> out);
#endif

/// The same in plain C++ over the same layout.
void matmul_panels_plain(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                         std::size_t end, MatrixView<float> out);

}  // namespace falconet
