// The element types of stored tensors: names, block sizes, and GGUF's numbers for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace falconet {

/// Numbered as in GGUF (ggml_type), so that files need no translation.
enum class DType : std::uint8_t {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q4_1 = 3,
  Q5_0 = 6,
  Q5_1 = 7,
  Q8_0 = 8,
  Q2_K = 10,
  Q3_K = 11,
  Q4_K = 12,
  Q5_K = 13,
  Q6_K = 14,
  IQ4_NL = 20,
  IQ4_XS = 23,
  BF16 = 30,
};

struct DTypeTraits {
  DType dtype;
  std::string_view name;   // "Q4_K"
  std::size_t block_size;  // elements a block; 1 for plain types
  std::size_t block_bytes;
};

/// Every supported type has a row.
const DTypeTraits& traits(DType dtype);

std::optional<DType> dtype_from_ggml(std::uint32_t ggml_type);

/// By name, upper or lower case: "q4_k", "F16".
std::optional<DType> dtype_from_name(std::string_view name);

/// Bytes of a row of `num_elements`, which must be a multiple of the block size.
std::size_t row_bytes(DType dtype, std::size_t num_elements);

/// Whether elements are stored in blocks with scales.
inline bool is_quantized(DType dtype) { return traits(dtype).block_size > 1; }

}  // namespace falconet
