// Quantized types in one common form: unsigned codes with a scale and a minimum for each group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tensor/dtype.h"

namespace falconet {

/// How a type looks in the common form: x = scale · code − min.
struct CodeForm {
  std::size_t group = 32;  // elements that share a scale: 32 or 16
  int bits = 8;            // 4: two codes a byte
  int zero = 0;            // of symmetric types, whose min is scale · zero and is not kept
  bool has_mins = false;
};

/// Nothing for types without a fast integer product (F32, F16, BF16, Q2_K, Q3_K, IQ4_XS).
std::optional<CodeForm> code_form(DType dtype);

/// One stored row in the common form; mins only where the form has them.
struct RowCodes {
  std::vector<std::uint8_t> codes;  // [in_dim]
  std::vector<float> scales;        // [in_dim / group]
  std::vector<float> mins;          // [in_dim / group]
};

/// `dtype` must have a form. Reuses the vectors' memory.
void unpack_row(DType dtype, std::span<const std::byte> row, std::size_t in_dim, RowCodes& out);

}  // namespace falconet
