#include "tensor/dtype.h"

#include <array>

#include "base/check.h"
#include "base/strings.h"
#include "tensor/quant_blocks.h"

namespace falconet {
namespace {

constexpr std::array kTraits = {
    DTypeTraits{DType::F32, "F32", 1, 4},
    DTypeTraits{DType::F16, "F16", 1, 2},
    DTypeTraits{DType::BF16, "BF16", 1, 2},
    DTypeTraits{DType::Q4_0, "Q4_0", 32, sizeof(BlockQ4_0)},
    DTypeTraits{DType::Q4_1, "Q4_1", 32, sizeof(BlockQ4_1)},
    DTypeTraits{DType::Q5_0, "Q5_0", 32, sizeof(BlockQ5_0)},
    DTypeTraits{DType::Q5_1, "Q5_1", 32, sizeof(BlockQ5_1)},
    DTypeTraits{DType::Q8_0, "Q8_0", 32, sizeof(BlockQ8_0)},
    DTypeTraits{DType::Q2_K, "Q2_K", 256, sizeof(BlockQ2_K)},
    DTypeTraits{DType::Q3_K, "Q3_K", 256, sizeof(BlockQ3_K)},
    DTypeTraits{DType::Q4_K, "Q4_K", 256, sizeof(BlockQ4_K)},
    DTypeTraits{DType::Q5_K, "Q5_K", 256, sizeof(BlockQ5_K)},
    DTypeTraits{DType::Q6_K, "Q6_K", 256, sizeof(BlockQ6_K)},
    DTypeTraits{DType::IQ4_NL, "IQ4_NL", 32, sizeof(BlockIQ4_NL)},
    DTypeTraits{DType::IQ4_XS, "IQ4_XS", 256, sizeof(BlockIQ4_XS)},
};

}  // namespace

const DTypeTraits& traits(DType dtype) {
  for (const DTypeTraits& row : kTraits) {
    if (row.dtype == dtype) return row;
  }
  CHECK(false, "dtype ", static_cast<int>(dtype), " has no row");
  return kTraits[0];
}

std::optional<DType> dtype_from_ggml(std::uint32_t ggml_type) {
  for (const DTypeTraits& row : kTraits) {
    if (static_cast<std::uint32_t>(row.dtype) == ggml_type) return row.dtype;
  }
  return std::nullopt;
}

std::optional<DType> dtype_from_name(std::string_view name) {
  for (const DTypeTraits& row : kTraits) {
    if (to_lower(row.name) == to_lower(name)) return row.dtype;
  }
  return std::nullopt;
}

std::size_t row_bytes(DType dtype, std::size_t num_elements) {
  const DTypeTraits& row = traits(dtype);
  CHECK(num_elements % row.block_size == 0, num_elements, " elements of ", row.name);
  return num_elements / row.block_size * row.block_bytes;
}

}  // namespace falconet
