#include <gtest/gtest.h>

#include <cmath>

#include "tensor/dtype.h"
#include "tensor/half.h"
#include "tensor/view.h"

namespace falconet {
namespace {

TEST(Half, EveryF16ValueSurvivesTheWayThroughF32) {
  for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float wide = f16_to_f32(half);
    if (std::isnan(wide)) {
      EXPECT_TRUE(std::isnan(f16_to_f32(f32_to_f16(wide))));
    } else {
      ASSERT_EQ(f32_to_f16(wide), half);
    }
  }
}

TEST(Half, RoundsToNearestEvenBetweenNeighbours) {
  for (std::uint16_t bits = 0; bits < 0x7BFF; ++bits) {
    const float low = f16_to_f32(bits);
    const float high = f16_to_f32(static_cast<std::uint16_t>(bits + 1));
    const float middle = low + (high - low) / 2;  // exact in f32
    ASSERT_EQ(f32_to_f16(middle), bits % 2 == 0 ? bits : bits + 1);
    ASSERT_EQ(f32_to_f16(std::nextafter(middle, high)), bits + 1);
    ASSERT_EQ(f32_to_f16(std::nextafter(middle, low)), bits);
  }
  EXPECT_EQ(f32_to_f16(65520.0f), 0x7C00);  // halfway past the largest finite value
  EXPECT_EQ(f32_to_f16(65519.0f), 0x7BFF);
}

TEST(Half, Bf16RoundsToNearestEven) {
  EXPECT_EQ(f32_to_bf16(1.0f), 0x3F80);
  EXPECT_EQ(f32_to_bf16(1.00390625f), 0x3F80);  // halfway, to even
  EXPECT_EQ(f32_to_bf16(1.01171875f), 0x3F82);  // halfway, to even
  EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(NAN))));
}

TEST(DType, NamesAndNumbersAgree) {
  EXPECT_EQ(dtype_from_ggml(12), DType::Q4_K);
  EXPECT_EQ(dtype_from_name("q4_k"), DType::Q4_K);
  EXPECT_FALSE(dtype_from_ggml(4));
  EXPECT_EQ(row_bytes(DType::Q4_0, 64), 36u);
}

}  // namespace
}  // namespace falconet
