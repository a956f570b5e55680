#include "formats/quantize_row.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>

#include "base/json.h"
#include "base/random.h"
#include "base/testdata.h"
#include "kernels/matmul.h"

namespace falconet {
namespace {

constexpr DType kWritten[] = {DType::F32,  DType::F16,  DType::BF16, DType::Q4_0,
                              DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0,
                              DType::Q4_K, DType::Q5_K, DType::Q6_K};

std::vector<float> round_trip(DType dtype, std::span<const float> row) {
  std::vector<std::byte> bytes(row_bytes(dtype, row.size()));
  quantize_row(dtype, row, bytes);
  std::vector<float> back(row.size());
  dequantize_row(dtype, bytes, back);
  return back;
}

double squared_error(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
  }
  return sum;
}

/// Rows such as weights have: normal, with a few outliers and a slightly shifted mean.
std::vector<float> weight_like(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> row(size);
  for (float& value : row) {
    value = static_cast<float>(0.02 * random.normal() + 0.001);
    if (random.below(200) == 0) value *= 4.0f;
  }
  return row;
}

TEST(QuantizeRow, GivesEveryBitThatGgmlGives) {
  const auto path = test_data("quant/ggml_quant_golden.jsonl");
  if (!path) GTEST_SKIP();
  std::ifstream file(*path);
  std::set<DType> seen;
  for (std::string line; std::getline(file, line);) {
    const Json golden = parse_json(line).value();
    const Json* quantize = find_member(golden, "quantize");
    if (quantize == nullptr) continue;
    const DType dtype = dtype_from_name(golden.at("type").get<std::string>()).value();
    seen.insert(dtype);
    const auto input = quantize->at("input").get<std::vector<float>>();
    const auto want = decode_base64(quantize->at("bytes").get<std::string>());
    std::vector<std::byte> bytes(row_bytes(dtype, input.size()));
    quantize_row(dtype, input, bytes);
    ASSERT_EQ(bytes.size(), want.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      ASSERT_EQ(bytes[i], want[i]) << traits(dtype).name << " byte " << i;
    }
  }
  EXPECT_EQ(seen.size(), 7u);
}

/// The error of a group that spans its range in equal steps, without a search.
double plain_error(std::span<const float> row, std::size_t group_size, int max_quant,
                   bool is_symmetric) {
  double sum = 0;
  for (std::size_t at = 0; at < row.size(); at += group_size) {
    const auto group = row.subspan(at, group_size);
    float low = 0.0f;
    float high = 0.0f;
    for (const float x : group) {
      low = std::min(low, x);
      high = std::max(high, x);
    }
    if (is_symmetric) {
      high = std::max(high, -low);
      low = -high;
    }
    const float step = (high - low) / static_cast<float>(max_quant);
    for (const float x : group) {
      const float back = low + step * std::round((x - low) / step);
      sum += std::pow(static_cast<double>(back) - static_cast<double>(x), 2);
    }
  }
  return sum;
}

TEST(QuantizeRow, SearchedScalesBeatThePlainOnes) {
  // The plain reference even has exact scales for each group; the formats round them to 6 or 8
  // bits. The bounds hold with a few percent to spare on this seed.
  const std::vector<float> row = weight_like(64 * 256, 3);
  const auto error = [&](DType dtype) { return squared_error(round_trip(dtype, row), row); };
  EXPECT_LT(error(DType::Q4_K), 0.95 * plain_error(row, 32, 15, false));
  EXPECT_LT(error(DType::Q5_K), 1.00 * plain_error(row, 32, 31, false));
  EXPECT_LT(error(DType::Q6_K), 1.00 * plain_error(row, 16, 63, true));
}

TEST(QuantizeRow, MoreBitsMeanLessError) {
  const std::vector<float> row = weight_like(64 * 256, 4);
  const auto error = [&](DType dtype) { return squared_error(round_trip(dtype, row), row); };
  EXPECT_LT(error(DType::Q4_K), error(DType::Q4_0));
  EXPECT_LT(error(DType::Q5_K), 0.35 * error(DType::Q4_K));
  EXPECT_LT(error(DType::Q6_K), 0.35 * error(DType::Q5_K));
  EXPECT_LT(error(DType::Q8_0), 0.35 * error(DType::Q6_K));
  EXPECT_EQ(error(DType::F32), 0.0);
}

TEST(QuantizeRow, KeepsConstantAndZeroRows) {
  for (const DType dtype : kWritten) {
    for (const float constant : {0.0f, 0.5f, -0.25f}) {
      const std::vector<float> row(256, constant);
      const std::vector<float> back = round_trip(dtype, row);
      for (const float value : back) {
        ASSERT_NEAR(value, constant, std::fabs(constant) * 0.002f) << traits(dtype).name;
      }
    }
  }
}

TEST(QuantizeRow, SurvivesAnyFloat) {
  Random random(11);
  for (const DType dtype : kWritten) {
    for (int round = 0; round < 50; ++round) {
      std::vector<float> row(256);
      for (float& value : row) {
        value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (random.below(3) == 0) value = 0.0f;
      }
      if (random.below(2) == 0) row[random.below(256)] = std::numeric_limits<float>::infinity();
      if (random.below(2) == 0) row[random.below(256)] = std::numeric_limits<float>::denorm_min();
      EXPECT_EQ(round_trip(dtype, row).size(), row.size());
    }
  }
}

}  // namespace
}  // namespace falconet
