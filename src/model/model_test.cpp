#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/file.h"
#include "base/testdata.h"
#include "model/registry.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

std::vector<TokenId> ids_of(const Json& array) {
  std::vector<TokenId> ids;
  for (const Json& id : array) ids.push_back(TokenId{id.get<std::int32_t>()});
  return ids;
}

/// A model with a cache of its own and block tables that are not in order.
class Bench {
 public:
  explicit Bench(const std::filesystem::path& path) : pool_(2) {
    auto checkpoint = Checkpoint::open(path);
    EXPECT_TRUE(checkpoint) << checkpoint.error().message;
    auto model = load_model(std::move(checkpoint).value(), {.max_batch_tokens = 64}, pool_);
    EXPECT_TRUE(model) << model.error().message;
    model_ = std::move(model).value();
    cache_ = std::make_unique<KvCache>(model_->kv_cache_shape(), kNumBlocks);
    for (std::int32_t i = 0; i < kNumBlocks; ++i)
      blocks_.push_back(BlockId{(i * 7 + 3) % kNumBlocks});
  }

  /// Logits of each of `ids`, whose first stands at `position`; `chunk` tokens a step.
  std::vector<std::vector<float>> run(const std::vector<TokenId>& ids, std::size_t position,
                                      std::size_t chunk) {
    std::vector<std::vector<float>> all;
    for (std::size_t start = 0; start < ids.size(); start += chunk) {
      const std::size_t count = std::min(chunk, ids.size() - start);
      const SequenceSlice slice{0, count, position + start, blocks_};
      std::vector<std::size_t> rows(count);
      std::iota(rows.begin(), rows.end(), std::size_t{0});
      const auto logits =
          model_->forward({std::span(ids).subspan(start, count), {&slice, 1}, rows}, *cache_);
      for (std::size_t i = 0; i < count; ++i) {
        all.emplace_back(logits.row(i).begin(), logits.row(i).end());
      }
    }
    return all;
  }

  Model& model() { return *model_; }

 private:
  static constexpr std::int32_t kNumBlocks = 32;
  ThreadPool pool_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<KvCache> cache_;
  std::vector<BlockId> blocks_;
};

TokenId argmax(const std::vector<float>& logits) {
  return TokenId{
      static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin())};
}

/// Largest difference from the golden logits, relative to the golden's spread.
double worst_error(const std::vector<std::vector<float>>& got, const Json& golden) {
  double worst = 0;
  for (std::size_t p = 0; p < golden.size(); ++p) {
    double square = 0;
    for (const Json& value : golden[p]) square += std::pow(value.get<double>(), 2);
    const double spread = std::sqrt(square / static_cast<double>(golden[p].size()));
    for (std::size_t i = 0; i < golden[p].size(); ++i) {
      worst = std::max(
          worst, std::fabs(static_cast<double>(got[p][i]) - golden[p][i].get<double>()) / spread);
    }
  }
  return worst;
}

/// Bars: F32 and BF16 weights differ by f32 sums and the f16 cache alone; 4-bit weights also by
/// activations rounded to 8 bits: about 1% of the spread on random weights, ten times that in the
/// worst of some thousands of logits.
void check_logits(const char* model, const char* golden_path, double bar) {
  const auto path = test_data(model);
  const auto golden_file = test_data(golden_path);
  if (!path || !golden_file) GTEST_SKIP();
  const Json golden = parse_json(read_file(*golden_file, 1u << 26).value()).value();
  Bench bench(*path);
  const auto ids = ids_of(golden["ids"]);
  const auto whole = bench.run(ids, 0, 64);
  EXPECT_LT(worst_error(whole, golden["logits"]), bar) << model;
  // The same numbers whichever way the prompt is cut.
  for (const std::size_t chunk : {1u, 5u}) {
    const auto parts = bench.run(ids, 0, chunk);
    for (std::size_t p = 0; p < ids.size(); ++p) EXPECT_EQ(parts[p], whole[p]) << "chunk " << chunk;
  }
}

// Oracle: logits of a float64 forward pass written independently (golden files).
TEST(Decoder, Bf16GgufMatchesTheGoldenLogits) {
  check_logits("models/tiny-qwen2-random/tiny-qwen2-random-bf16.gguf",
               "models/tiny-qwen2-random/golden_logits.json", 0.005);
}
TEST(Decoder, AShardedFolderMatchesTheGoldenLogits) {
  check_logits("models/tiny-qwen2-random", "models/tiny-qwen2-random/golden_logits.json", 0.005);
}
TEST(Decoder, Q4KMMatchesTheGoldenLogits) {
  check_logits("models/tiny-qwen2-random/tiny-qwen2-random-q4_k_m.gguf",
               "models/tiny-qwen2-random/golden_logits_q4_k_m.json", 0.15);
}

void check_story(const char* model) {
  const auto path = test_data(model);
  const auto golden_file = test_data("models/stories260K/golden_greedy.json");
  if (!path || !golden_file) GTEST_SKIP();
  const Json golden = parse_json(read_file(*golden_file, 1u << 26).value()).value();
  Bench bench(*path);
  const auto expected = ids_of(golden["greedy_ids"]);
  std::vector<TokenId> ids = ids_of(golden["prompt_ids"]);
  std::vector<std::vector<float>> logits;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    logits.push_back(bench.run({ids.back()}, i, 1)[0]);
    ids.push_back(argmax(logits.back()));
    ASSERT_EQ(ids.back(), expected[i]) << "token " << i;
  }
  EXPECT_LT(worst_error(logits, golden["logits"]), 0.005);
}

// Oracle: the published greedy sample of a trained model.
TEST(Decoder, TellsItsStoryWordForWordFromGguf) {
  check_story("models/stories260K/stories260K-f32.gguf");
}
TEST(Decoder, TellsItsStoryWordForWordFromAFolder) { check_story("models/stories260K"); }

TEST(Tokenizer, GgufAndTokenizerJsonOfOneModelAgree) {
  const auto folder = test_data("models/stories260K");
  if (!folder) GTEST_SKIP();
  const auto gguf = Checkpoint::open(*folder / "stories260K-f32.gguf").value();
  const auto hf = Checkpoint::open(*folder).value();
  const auto a = Tokenizer::from_gguf(gguf.metadata());
  ASSERT_TRUE(a) << a.error().message;
  const auto b = Tokenizer::from_huggingface(hf.tokenizer_json(), hf.tokenizer_config()).value();
  for (const char* text : {"Once upon a time", " two  spaces", "ünï 你好 \n", "", "Lily's"}) {
    EXPECT_EQ(a->encode(text), b.encode(text)) << text;
  }
}

TEST(Registry, AnUnknownArchitectureIsNamed) {
  const auto path = test_data("tokenizer/llama.cpp/ggml-vocab-bert-bge.gguf");
  if (!path) GTEST_SKIP();
  ThreadPool pool(1);
  const auto model = load_model(Checkpoint::open(*path).value(), {}, pool);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::Unsupported);
  EXPECT_NE(model.error().message.find("bert"), std::string::npos);
}

}  // namespace
}  // namespace falconet
