#include "model/registry.h"

#include <gtest/gtest.h>

#include "base/testdata.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

TEST(Registry, NamesAnUnknownArchitectureAndTheKnownOnes) {
  const auto path = test_data("tokenizer/llama.cpp/ggml-vocab-bert-bge.gguf");
  if (!path) GTEST_SKIP();
  ThreadPool pool(1);
  const auto model = load_model(Checkpoint::open(*path).value(), {}, pool);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::Unsupported);
  EXPECT_NE(model.error().message.find(path->string()), std::string::npos);
  EXPECT_NE(model.error().message.find("\"bert\""), std::string::npos);
  EXPECT_NE(model.error().message.find("llama, qwen2, qwen3"), std::string::npos);
}

TEST(Registry, ReportsTheBytesLoadedUpToAllOfThem) {
  const auto path = test_data("models/stories260K/stories260K-f32.gguf");
  if (!path) GTEST_SKIP();
  ThreadPool pool(1);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> reports;
  LoadOptions options;
  options.on_progress = [&](std::uint64_t num_bytes, std::uint64_t total) {
    reports.emplace_back(num_bytes, total);
  };
  Checkpoint checkpoint = Checkpoint::open(*path).value();
  ASSERT_TRUE(load_model(std::move(checkpoint), options, pool));
  ASSERT_FALSE(reports.empty());
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
  EXPECT_EQ(reports.back().first, reports.back().second);
}

// The two kinds of file that one model comes in must give one tokenizer.
TEST(Registry, TokenizesAModelsGgufAndFolderAlike) {
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

}  // namespace
}  // namespace falconet
