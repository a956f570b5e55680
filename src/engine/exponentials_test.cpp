#include "engine/exponentials.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"

namespace falconet {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(Exponentials, AgreeWithTheStandardLibraryToFourTenMillionths) {
  std::vector<float> values;
  for (float x = 0; x >= kMinExponent; x -= 0.0007f) values.push_back(x);
  std::vector<float> out(values.size());
  exp_below(values, 0, 1, out);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double wanted = std::exp(static_cast<double>(values[i]));
    ASSERT_NEAR(out[i] / wanted, 1, 4e-7) << values[i];
  }
  EXPECT_EQ(out[0], 1);
}

TEST(Exponentials, AreZeroForTheUnlikelyAndForWhatIsNoNumber) {
  const std::vector<float> values = {5, -35.1f, -1e30f, -kInfinity, kNan, -kNan};
  std::vector<float> out(values.size());
  exp_below(values, 5, 1, out);
  EXPECT_EQ(out, (std::vector<float>{1, 0, 0, 0, 0, 0}));
}

TEST(Exponentials, FindTheGreatestNumber) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> values(1 + random.below(70));
    for (float& value : values) value = static_cast<float>(100 * random.normal() - 50);
    const float greatest = *std::ranges::max_element(values);
    values.push_back(kNan);
    values.push_back(-kNan);
    EXPECT_EQ(max_of(values), greatest);
  }
  EXPECT_EQ(max_of(std::vector<float>{kNan, -kInfinity}), -kInfinity);
  EXPECT_EQ(max_of(std::vector<float>{-0.0f, -1}), 0);
}

TEST(Exponentials, FindAPlaceInASum) {
  Random random(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> values(1 + random.below(3000));
    for (float& value : values) value = static_cast<float>(random.below(3));
    values[random.below(values.size())] = 1;
    const double target = random.uniform() * sum_of(values);
    double sum = 0;
    std::size_t wanted = 0;
    while ((sum += static_cast<double>(values[wanted])) <= target) ++wanted;
    EXPECT_EQ(find_in_sum(values, target), wanted);
  }
  EXPECT_EQ(find_in_sum(std::vector<float>{1, 2, 0}, 3), 1u) << "rounded up to the sum";
}

}  // namespace
}  // namespace falconet
