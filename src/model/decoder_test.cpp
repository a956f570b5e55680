#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "base/testdata.h"
#include "model/test_model.h"

namespace falconet {
namespace {

struct Golden {
  Json json;
  std::vector<std::vector<double>> logits;
};

Golden read_golden(const std::filesystem::path& path) {
  Golden golden{.json = parse_json(read_file(path, 1u << 26).value()).value(), .logits = {}};
  golden.logits = golden.json["logits"].get<std::vector<std::vector<double>>>();
  return golden;
}

TokenId argmax(const std::vector<float>& logits) {
  return TokenId{
      static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin())};
}

struct Bars {
  double worst;
  double mean;
};

// The cache rounds keys and values to f16, by up to 2^-11 of each; that is nearly all of the error
// here, as decoder_reference_test.cpp shows by rounding the oracle's too. Measured: 0.0056, 0.0007.
constexpr Bars kF16Cache{.worst = 0.012, .mean = 0.0015};

// Activations of 8 bits are off by up to 1/254 of their group's largest, and these random weights
// average little of it away. Measured: 0.101, 0.018.
constexpr Bars kF16CacheAnd8BitActivations{.worst = 0.15, .mean = 0.03};

// Activations rounded to BF16 are off by up to 2^-9 of each. Measured: 0.022, 0.0048.
constexpr Bars kF16CacheAndBf16Activations{.worst = 0.045, .mean = 0.01};

Bars bf16_bars(Isa isa) { return isa == Isa::Avx512Bf16 ? kF16CacheAndBf16Activations : kF16Cache; }

void expect_golden_logits(const char* model, const char* golden_file, Isa isa, Bars bars) {
  const auto path = test_data(model);
  const auto golden_path = test_data(golden_file);
  if (!path || !golden_path) GTEST_SKIP();
  const Golden golden = read_golden(*golden_path);
  const auto ids = ids_of(golden.json["ids"]);
  const LogitError error = logit_error(
      TestModel(*path, {.isa = isa}).prefill(ids, TestModel::kMaxBatchTokens), golden.logits);
  EXPECT_LT(error.worst, bars.worst) << model << " " << isa_name(isa);
  EXPECT_LT(error.mean, bars.mean) << model << " " << isa_name(isa);
}

// Oracle: logits of a float64 forward pass of another implementation (golden files).
TEST(Decoder, MatchesTheGoldenLogitsOfABf16GgufFile) {
  for (const Isa isa : available_isas()) {
    expect_golden_logits("models/tiny-qwen2-random/tiny-qwen2-random-bf16.gguf",
                         "models/tiny-qwen2-random/golden_logits.json", isa, bf16_bars(isa));
  }
}

TEST(Decoder, MatchesTheGoldenLogitsOfAShardedFolder) {
  for (const Isa isa : available_isas()) {
    expect_golden_logits("models/tiny-qwen2-random", "models/tiny-qwen2-random/golden_logits.json",
                         isa, bf16_bars(isa));
  }
}

TEST(Decoder, MatchesTheGoldenLogitsOfAQ4KMFile) {
  for (const Isa isa : available_isas()) {
    // The reference kernels leave activations as they are.
    expect_golden_logits("models/tiny-qwen2-random/tiny-qwen2-random-q4_k_m.gguf",
                         "models/tiny-qwen2-random/golden_logits_q4_k_m.json", isa,
                         isa == Isa::Reference ? kF16Cache : kF16CacheAnd8BitActivations);
  }
}

// Two kinds of file, and two layouts of Q and K, of one trained model.
constexpr const char* kStories[] = {"models/stories260K/stories260K-f32.gguf",
                                    "models/stories260K"};
constexpr const char* kStoriesGolden = "models/stories260K/golden_greedy.json";

TEST(Decoder, MatchesTheGoldenLogitsOfATrainedModel) {
  const auto golden_path = test_data(kStoriesGolden);
  if (!golden_path) GTEST_SKIP();
  const Golden golden = read_golden(*golden_path);
  std::vector<TokenId> ids = ids_of(golden.json["prompt_ids"]);
  const auto story = ids_of(golden.json["greedy_ids"]);
  ids.insert(ids.end(), story.begin(), story.end());
  ids.resize(golden.logits.size());
  for (const char* path : kStories) {
    for (const Isa isa : available_isas()) {
      const LogitError error = logit_error(
          TestModel(*test_data(path), {.isa = isa}).prefill(ids, ids.size()), golden.logits);
      EXPECT_LT(error.worst, kF16Cache.worst) << path << " " << isa_name(isa);
      EXPECT_LT(error.mean, kF16Cache.mean) << path << " " << isa_name(isa);
    }
  }
}

// Oracle: the published greedy sample of the model.
TEST(Decoder, TellsATrainedModelsStoryWordForWord) {
  const auto golden_path = test_data(kStoriesGolden);
  if (!golden_path) GTEST_SKIP();
  const Json golden = read_golden(*golden_path).json;
  const auto expected = ids_of(golden["greedy_ids"]);
  for (const char* path : kStories) {
    TestModel model(*test_data(path));
    TokenId last = ids_of(golden["prompt_ids"]).front();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      last = argmax(model.step({{0, i, {&last, 1}}}).front());
      ASSERT_EQ(last, expected[i]) << "token " << i << " of " << path;
    }
  }
}

}  // namespace
}  // namespace falconet
