// Random weights and values for the tests of the kernels.
#pragma once

#include <cstring>
#include <vector>

#include "base/random.h"
#include "tensor/dtype.h"
#include "tensor/half.h"

namespace falconet {

inline constexpr DType kTypes[] = {DType::F32,  DType::F16,    DType::BF16,  DType::Q4_0,
                                   DType::Q4_1, DType::Q5_0,   DType::Q5_1,  DType::Q8_0,
                                   DType::Q2_K, DType::Q3_K,   DType::Q4_K,  DType::Q5_K,
                                   DType::Q6_K, DType::IQ4_NL, DType::IQ4_XS};

/// Random bytes whose scales are finite and of ordinary size.
inline std::vector<std::byte> random_weights(DType dtype, std::size_t rows, std::size_t cols,
                                             Random& random) {
  std::vector<std::byte> bytes(rows * row_bytes(dtype, cols));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  const DTypeTraits& t = traits(dtype);
  if (t.block_size == 1) {
    for (std::size_t i = 0; i < rows * cols; ++i) {
      const auto value = static_cast<float>(random.normal());
      const std::uint16_t half = dtype == DType::F16 ? f32_to_f16(value) : f32_to_bf16(value);
      std::memcpy(bytes.data() + i * t.block_bytes,
                  dtype == DType::F32 ? static_cast<const void*>(&value) : &half, t.block_bytes);
    }
    return bytes;
  }
  // Offsets of the f16 fields of a block.
  std::vector<std::size_t> fields = {0};
  if (dtype == DType::Q4_1 || dtype == DType::Q5_1 || dtype == DType::Q4_K ||
      dtype == DType::Q5_K) {
    fields = {0, 2};
  }
  if (dtype == DType::Q2_K) fields = {80, 82};
  if (dtype == DType::Q3_K) fields = {108};
  if (dtype == DType::Q6_K) fields = {208};
  for (std::size_t at = 0; at < bytes.size(); at += t.block_bytes) {
    for (const std::size_t field : fields) {
      const std::uint16_t half = f32_to_f16(static_cast<float>(0.001 + 0.01 * random.uniform()));
      std::memcpy(bytes.data() + at + field, &half, sizeof half);
    }
  }
  return bytes;
}

inline std::vector<float> random_floats(std::size_t count, Random& random) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

}  // namespace falconet
