#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/kernel_table.h"
#include "kernels/random_weights.h"
#include "kernels/reference.h"

namespace falconet {
namespace {

constexpr std::size_t kWidths[] = {1, 7, 16, 31, 50, 1536};

TEST(RmsNorm, AgreesWithItsTwinInPlaceToo) {
  Random random(1);
  for (const Isa isa : available_isas()) {
    for (const std::size_t width : kWidths) {
      const auto x = random_floats(3 * width, random);
      const auto weight = random_floats(width, random);
      std::vector<float> expected(width);
      auto out = x;
      rms_norm({out.data(), 3, width}, weight, 1e-6f, {out.data(), 3, width}, isa);
      for (std::size_t row = 0; row < 3; ++row) {
        rms_norm_reference({x.data() + row * width, width}, weight, 1e-6f, expected);
        for (std::size_t i = 0; i < width; ++i) {
          ASSERT_NEAR(out[row * width + i], expected[i], 2e-6 * std::fabs(expected[i]) + 1e-7)
              << isa_name(isa) << " width " << width;
        }
      }
    }
  }
}

TEST(SiluMultiply, AgreesWithItsTwinFromTheTailsToTheMiddle) {
  Random random(2);
  for (const Isa isa : available_isas()) {
    for (const std::size_t width : kWidths) {
      auto gate = random_floats(width, random);
      for (std::size_t i = 0; i < width; ++i) gate[i] *= i % 3 == 0 ? 30.0f : 3.0f;
      const auto up = random_floats(width, random);
      std::vector<float> expected(width);
      silu_multiply_reference(gate, up, expected);
      kernels_for(isa).silu_multiply_row(gate, up, gate);
      // e^x has a relative error of 2e-7; beyond ±87 the result is 0 but for f32's last digits.
      for (std::size_t i = 0; i < width; ++i) {
        ASSERT_NEAR(gate[i], expected[i], 1e-6 * std::fabs(expected[i]) + 1e-35) << isa_name(isa);
      }
    }
  }
}

TEST(SiluMultiply, LetsNotANumberBeSeen) {
  for (const Isa isa : available_isas()) {
    std::vector<float> gate(20, std::numeric_limits<float>::quiet_NaN());
    const std::vector<float> up(20, 1.0f);
    kernels_for(isa).silu_multiply_row(gate, up, gate);
    for (const float value : gate) ASSERT_TRUE(std::isnan(value)) << isa_name(isa);
  }
}

void turn(MatrixView<float> x, std::size_t head_dim, std::span<const std::size_t> positions,
          std::span<const double> frequencies, RopeStyle style) {
  const std::size_t num_pairs = frequencies.size();
  std::vector<float> cosines(positions.size() * num_pairs);
  std::vector<float> sines(cosines.size());
  const RopeAngles angles{{cosines.data(), positions.size(), num_pairs},
                          {sines.data(), positions.size(), num_pairs}};
  compute_rope_angles(positions, frequencies, 1.0f, angles);
  rope(x, head_dim, angles, style);
}

TEST(Rope, TurnsByThePositionAndKeepsLengths) {
  std::vector<float> x = {1, 0, 0, 0};
  const std::size_t position = 2;
  const std::vector<double> frequencies = {0.5, 0.25};
  turn({x.data(), 1, 4}, 4, {&position, 1}, frequencies, RopeStyle::Halves);
  EXPECT_NEAR(x[0], std::cos(1.0), 1e-6);
  EXPECT_NEAR(x[2], std::sin(1.0), 1e-6);
  x = {1, 0, 0, 0};
  turn({x.data(), 1, 4}, 4, {&position, 1}, frequencies, RopeStyle::Interleaved);
  EXPECT_NEAR(x[1], std::sin(1.0), 1e-6);
}

TEST(Rope, LeavesElementsBeyondTheRotaryOnesAlone) {
  Random random(3);
  const auto x = random_floats(2 * 12, random);
  auto turned = x;
  const std::vector<std::size_t> positions = {3, 9};
  const std::vector<double> frequencies = {1.0, 0.1};
  turn({turned.data(), 2, 12}, 6, positions, frequencies, RopeStyle::Halves);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i % 6 >= 4) {
      EXPECT_EQ(turned[i], x[i]) << i;
    } else {
      EXPECT_NE(turned[i], x[i]) << i;
    }
  }
}

TEST(Add, SumsRowsOfAStridedView) {
  std::vector<float> x = {1, 2, 99, 3, 4, 99};
  const std::vector<float> y = {10, 20, 30, 40};
  add({x.data(), 2, 2, 3}, {y.data(), 2, 2});
  EXPECT_EQ(x, (std::vector<float>{11, 22, 99, 33, 44, 99}));
  add_bias({x.data(), 2, 2, 3}, std::vector<float>{100, 200});
  EXPECT_EQ(x, (std::vector<float>{111, 222, 99, 133, 244, 99}));
}

}  // namespace
}  // namespace falconet
