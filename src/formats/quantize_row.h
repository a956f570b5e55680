// Rounds rows of f32 to stored types: the opposite of dequantize_row.
#pragma once

#include <cstddef>
#include <span>

#include "tensor/dtype.h"
#include "tensor/quant_blocks.h"

namespace falconet {

/// F32, F16, BF16, Q4_0 … Q8_0, Q4_K, Q5_K, Q6_K. The other types are only read.
bool can_quantize_to(DType dtype);

/// `out` has row_bytes(dtype, row.size()) bytes. F16 … Q8_0 come out bit for bit as ggml's;
/// Q4_K … Q6_K search for scales of small weighted error. Any value is safe, but values that are
/// not finite make their block meaningless.
void quantize_row(DType dtype, std::span<const float> row, std::span<std::byte> out);

void quantize_block(const float* values, BlockQ4_K& block);
void quantize_block(const float* values, BlockQ5_K& block);
void quantize_block(const float* values, BlockQ6_K& block);

/// `value` rounded half up into 0 … `max`; 0 for NaN.
inline int round_into(float value, int max) {
  const float limit = static_cast<float>(max);
  return static_cast<int>((value > 0.0f ? (value < limit ? value : limit) : 0.0f) + 0.5f);
}

}  // namespace falconet
