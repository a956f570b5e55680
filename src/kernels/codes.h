// Quantized types in one common form: codes with a scale and a minimum for each group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/dtype.h"

namespace falconet {

// Elements whose scales K-quants nest: a factor of f16 times a small integer for each group.
constexpr std::size_t kNestElements = 256;

/// How a type looks in the common form: x = scale · (code − zero) − min.
struct CodeForm {
  std::size_t group = 32;  // elements that share a scale: 32 or 16
  int bits = 8;            // of a stored code
  int zero = 0;            // of symmetric types
  bool has_mins = false;   // of the others
  bool is_nested = false;  // scales and mins are 8-bit integers times an f16 of 256 elements
  bool has_table = false;  // stored codes are indexes into IQ4_NL's levels, moved up by `zero`

  constexpr bool is_coded() const { return zero != 0 || has_mins; }
};

/// For every quantized type; what the others get is not coded.
constexpr CodeForm code_form(DType dtype) {
  switch (dtype) {
    case DType::Q4_0: return {.bits = 4, .zero = 8};
    case DType::Q4_1: return {.bits = 4, .has_mins = true};
    case DType::Q5_0: return {.bits = 5, .zero = 16};
    case DType::Q5_1: return {.bits = 5, .has_mins = true};
    case DType::Q8_0: return {.bits = 8, .zero = 128};
    case DType::Q2_K: return {.group = 16, .bits = 2, .has_mins = true, .is_nested = true};
    case DType::Q3_K: return {.group = 16, .bits = 3, .zero = 4, .is_nested = true};
    case DType::Q4_K: return {.bits = 4, .has_mins = true, .is_nested = true};
    case DType::Q5_K: return {.bits = 5, .has_mins = true, .is_nested = true};
    case DType::Q6_K: return {.group = 16, .bits = 6, .zero = 32, .is_nested = true};
    case DType::IQ4_NL: return {.bits = 4, .zero = 128, .has_table = true};
    case DType::IQ4_XS: return {.bits = 4, .zero = 128, .is_nested = true, .has_table = true};
    case DType::F32:
    case DType::F16:
    case DType::BF16: break;
  }
  return {};
}

/// One stored row in the common form. Nothing is rounded: scales are what the file holds.
struct RowCodes {
  std::vector<std::uint8_t> codes;         // [in_dim]
  std::vector<std::uint16_t> scales;       // [in_dim / group], f16 bits or, if nested, an int8
  std::vector<std::uint16_t> mins;         // the same; empty without mins
  std::vector<std::uint16_t> nest_scales;  // [in_dim / 256] f16 bits; empty unless nested
  std::vector<std::uint16_t> nest_mins;    // the same; empty without mins
};

/// `dtype` must be quantized. Reuses the vectors' memory.
void unpack_row(DType dtype, std::span<const std::byte> row, std::size_t in_dim, RowCodes& out);

}  // namespace falconet
