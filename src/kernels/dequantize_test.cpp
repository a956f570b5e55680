#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/testdata.h"
#include "kernels/matmul.h"

namespace falconet {
namespace {

constexpr DType kAllTypes[] = {DType::F32,  DType::F16,  DType::BF16, DType::Q4_0,   DType::Q4_1,
                               DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::Q2_K,   DType::Q3_K,
                               DType::Q4_K, DType::Q5_K, DType::Q6_K, DType::IQ4_NL, DType::IQ4_XS};

float as_float(const Json& value) {
  return value.is_number() ? value.get<float>() : std::numeric_limits<float>::quiet_NaN();
}

TEST(Dequantize, GivesEveryBitThatGgmlGives) {
  const auto path = test_data("quant/ggml_quant_golden.jsonl");
  if (!path) GTEST_SKIP();
  std::ifstream file(*path);
  std::set<DType> seen;
  for (std::string line; std::getline(file, line);) {
    const Json golden = parse_json(line).value();
    const auto dtype = dtype_from_name(golden.at("type").get<std::string>());
    if (!dtype) continue;  // types that Falconet does not read
    seen.insert(*dtype);
    const std::vector<std::byte> bytes =
        decode_base64(golden.at("blocks").at("bytes").get<std::string>());
    const Json& expected = golden.at("blocks").at("dequantized");
    std::vector<float> values(expected.size());
    dequantize_row(*dtype, bytes, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float want = as_float(expected[i]);
      if (std::isnan(want) && std::isnan(values[i])) continue;
      ASSERT_EQ(std::bit_cast<std::uint32_t>(values[i]), std::bit_cast<std::uint32_t>(want))
          << traits(*dtype).name << " element " << i << ": " << values[i] << " != " << want;
    }
  }
  EXPECT_EQ(seen.size(), std::size(kAllTypes) - 1);  // F32 has no golden row
}

TEST(Dequantize, CopiesF32Exactly) {
  const std::vector<float> values = {0.0f, -0.0f, 1.5f, -3.25e-20f, INFINITY};
  std::vector<float> out(values.size());
  dequantize_row(DType::F32, std::as_bytes(std::span(values)), out);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(out[i]), std::bit_cast<std::uint32_t>(values[i]));
  }
}

TEST(Dequantize, ReadsAnyBytesAtAnyAddressBlockByBlock) {
  constexpr std::size_t kElements = 1024;
  Random random(7);
  for (const DType dtype : kAllTypes) {
    std::vector<std::byte> bytes(row_bytes(dtype, kElements) + 1);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    const auto odd = std::span<const std::byte>(bytes).subspan(1);
    std::vector<float> whole(kElements);
    dequantize_row(dtype, odd, whole);
    std::vector<float> parts(kElements);
    for (std::size_t at = 0; at < kElements; at += 256) {
      dequantize_row(dtype, odd.subspan(row_bytes(dtype, at), row_bytes(dtype, 256)),
                     std::span(parts).subspan(at, 256));
    }
    for (std::size_t i = 0; i < kElements; ++i) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(whole[i]), std::bit_cast<std::uint32_t>(parts[i]));
    }
  }
}

}  // namespace
}  // namespace falconet
