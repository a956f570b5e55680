#include "model/rope_config.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace falconet {
namespace {

using Values = std::vector<std::pair<std::size_t, double>>;  // pair index, frequency

void expect_frequencies(const RopeConfig& rope, std::span<const float> divisors,
                        const Values& expected) {
  const std::vector<double> frequencies = inverse_frequencies(rope, divisors);
  for (const auto& [index, value] : expected) {
    EXPECT_NEAR(frequencies[index] / value, 1, 1e-12) << "pair " << index;
  }
}

// Oracle of the next two: the formulas of the transformers library, worked out in Python.
TEST(RopeConfig, StretchesLongWavelengthsAsLlama3Does) {
  const Json config = {{"rope_theta", 500000.0},
                       {"rope_scaling",
                        {{"rope_type", "llama3"},
                         {"factor", 8.0},
                         {"low_freq_factor", 1.0},
                         {"high_freq_factor", 4.0},
                         {"original_max_position_embeddings", 8192}}}};
  const auto rope = rope_from_huggingface(config, 128, 131072);
  ASSERT_TRUE(rope) << rope.error().message;
  EXPECT_EQ(rope->magnitude, 1);
  expect_frequencies(*rope, {},
                     {{0, 1.0},
                      {1, 0.8146172338565447},
                      {28, 0.003211445994752591},
                      {29, 0.002166570763503359},
                      {32, 0.0005248461609929547},
                      {34, 0.0001785078127679964},
                      {35, 9.556212353964683e-05},
                      {40, 3.428102195952591e-05},
                      {63, 3.068925988914511e-07}});
}

// Oracle: vLLM's formula, worked out in Python.
TEST(RopeConfig, RaisesTheBaseOfDynamicScalingForTheWholeContext) {
  const Json config = {{"rope_theta", 10000.0},
                       {"rope_scaling", {{"type", "dynamic"}, {"factor", 2.0}}}};
  const auto rope = rope_from_huggingface(config, 128, 4096);
  ASSERT_TRUE(rope) << rope.error().message;
  const Values wanted = {
      {0, 1.0}, {1, 0.8509942913412162}, {32, 0.005723381508381238}, {63, 3.849273282298194e-05}};
  expect_frequencies(*rope, {}, wanted);
  // In GGUF the base says it all.
  Metadata metadata;
  set_rope_keys(*rope, "llama", metadata);
  const auto stored = rope_from_gguf(metadata, "llama", 128, 8192);
  ASSERT_TRUE(stored) << stored.error().message;
  expect_frequencies(*stored, {}, wanted);
}

TEST(RopeConfig, RaisesTheBaseByAlpha) {
  const Json config = {{"rope_theta", 10000.0},
                       {"rope_scaling", {{"type", "dynamic"}, {"alpha", 1000.0}}}};
  const auto rope = rope_from_huggingface(config, 128, 32768);
  ASSERT_TRUE(rope) << rope.error().message;
  expect_frequencies(*rope, {}, {{0, 1.0}, {1, 0.7760343630469744}, {63, 1.1547819846894587e-07}});
}

const Values kYarnFrequencies = {
    {0, 1.0},
    {10, 0.11547819846894582},
    {23, 0.006978305848598663},
    {24, 0.005375321490790102},
    {30, 0.001064360981247002},
    {39, 6.490394320837029e-05},
    {40, 4.445698525097307e-05},
    {63, 3.102344401879299e-07},
};
constexpr double kYarnMagnitude = 1.138629436111989;  // 0.1 · ln 4 + 1

TEST(RopeConfig, StretchesDimensionsAsYarnDoesInAFolder) {
  const Json config = {
      {"rope_theta", 1000000.0},
      {"rope_scaling",
       {{"type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32768}}}};
  const auto rope = rope_from_huggingface(config, 128, 32768);
  ASSERT_TRUE(rope) << rope.error().message;
  EXPECT_NEAR(rope->magnitude, kYarnMagnitude, 1e-12);
  expect_frequencies(*rope, {}, kYarnFrequencies);
}

TEST(RopeConfig, StretchesDimensionsAsYarnDoesInAGgufFile) {
  Metadata metadata;
  metadata.set("qwen2.rope.freq_base", 1000000.0);
  metadata.set("qwen2.rope.scaling.type", std::string("yarn"));
  metadata.set("qwen2.rope.scaling.factor", 4.0);
  metadata.set("qwen2.rope.scaling.original_context_length", std::int64_t{32768});
  const auto rope = rope_from_gguf(metadata, "qwen2", 128, 131072);
  ASSERT_TRUE(rope) << rope.error().message;
  EXPECT_NEAR(rope->magnitude, kYarnMagnitude, 1e-12);
  expect_frequencies(*rope, {}, kYarnFrequencies);
}

TEST(RopeConfig, TakesAnExplicitMagnitudeAndDeepSeeksTwoScales) {
  Json config = {{"rope_scaling", {{"type", "yarn"}, {"factor", 40.0}, {"attention_factor", 1.5}}}};
  EXPECT_EQ(rope_from_huggingface(config, 64, 4096)->magnitude, 1.5);
  config["rope_scaling"] = {
      {"type", "yarn"}, {"factor", 40.0}, {"mscale", 1.0}, {"mscale_all_dim", 1.0}};
  EXPECT_EQ(rope_from_huggingface(config, 64, 4096)->magnitude, 1);
}

TEST(RopeConfig, ReadsRopeParametersOfNewerFilesLikeRopeScaling) {
  const Json config = {
      {"rope_parameters", {{"rope_theta", 500000.0}, {"rope_type", "linear"}, {"factor", 2.0}}}};
  const auto rope = rope_from_huggingface(config, 4, 4096);
  ASSERT_TRUE(rope) << rope.error().message;
  EXPECT_EQ(rope->theta, 500000.0);
  expect_frequencies(*rope, {}, {{0, 0.5}, {1, 0.5 / 707.1067811865476}});  // √500000
}

TEST(RopeConfig, DividesByTheDivisorsOfRopeFreqs) {
  const auto rope = rope_from_gguf(Metadata(), "llama", 4, 4096);
  ASSERT_TRUE(rope) << rope.error().message;
  const float divisors[] = {1.0f, 8.0f};
  expect_frequencies(*rope, divisors, {{0, 1.0}, {1, 0.01 / 8}});
}

}  // namespace
}  // namespace falconet
