#include "formats/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/file.h"
#include "formats/checkpoint.h"
#include "formats/synthetic_tokenizer.h"
#include "formats/temporary_folder.h"
#include "kernels/matmul.h"

namespace falconet {
namespace {

TEST(SyntheticModel, HasExactlyTheTensorsOfItsShape) {
  const TemporaryFolder folder;
  for (const char* name : {"tiny-qwen2", "tiny-qwen3", "tiny-llama"}) {
    SCOPED_TRACE(name);
    const auto path = folder.path() / name;
    const Status status = write_synthetic_model({.shape = name, .type = "q4_k_m"}, path);
    ASSERT_TRUE(status) << status.error().message;
    const auto model = Checkpoint::open(path);
    ASSERT_TRUE(model) << model.error().message;
    const bool is_qwen2 = std::string_view(name) == "tiny-qwen2";
    const bool is_qwen3 = std::string_view(name) == "tiny-qwen3";
    const bool is_llama = std::string_view(name) == "tiny-llama";
    const std::size_t per_layer = 9 + (is_qwen2 ? 3u : 0u) + (is_qwen3 ? 2u : 0u);
    EXPECT_EQ(model->tensors().size(), 2 * per_layer + (is_llama ? 2 : 3));
    EXPECT_EQ(model->find_tensor("output.weight") == nullptr, is_llama);
    const StoredTensor* query = model->find_tensor("blk.1.attn_q.weight");
    ASSERT_NE(query, nullptr);
    EXPECT_EQ(query->shape, (std::vector<std::size_t>{is_qwen3 ? 512u : 256u, 256u}));
    EXPECT_EQ(query->dtype, DType::Q4_K);
    EXPECT_EQ(model->find_tensor("blk.0.attn_q.bias") != nullptr, is_qwen2);
    EXPECT_EQ(model->find_tensor("blk.0.attn_k_norm.weight") != nullptr, is_qwen3);
    EXPECT_EQ(model->metadata().find_strings("tokenizer.ggml.tokens")->size(), 1024u);
  }
}

TEST(SyntheticModel, DependsOnTheSeedAlone) {
  const TemporaryFolder folder;
  const auto write = [&](std::uint64_t seed) {
    const auto path = folder.path() / "m.gguf";
    EXPECT_TRUE(write_synthetic_model({.shape = "tiny-qwen2", .type = "q8_0", .seed = seed}, path));
    return read_file(path, 1 << 24).value();
  };
  const std::string first = write(1);
  EXPECT_TRUE(first == write(1));
  EXPECT_FALSE(first == write(2));
}

TEST(SyntheticModel, HasNormalWeightsAndNoTwoEqualRows) {
  const TemporaryFolder folder;
  for (const char* type : {"q4_0", "q4_k_m", "f16", "bf16", "f32"}) {
    SCOPED_TRACE(type);
    const auto path = folder.path() / type;
    ASSERT_TRUE(write_synthetic_model({.shape = "tiny-qwen2", .type = type}, path));
    const auto model = Checkpoint::open(path);
    ASSERT_TRUE(model) << model.error().message;
    const StoredTensor* embedding = model->find_tensor("token_embd.weight");
    std::vector<float> values(1024 * 256);
    dequantize_row(embedding->dtype, embedding->bytes, values);
    double sum = 0;
    double squares = 0;
    std::set<std::vector<float>> rows;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += static_cast<double>(values[i]);
      squares += std::pow(static_cast<double>(values[i]), 2);
      if (i % 256 == 0)
        rows.emplace(values.begin() + static_cast<std::ptrdiff_t>(i),
                     values.begin() + static_cast<std::ptrdiff_t>(i + 256));
    }
    const double count = static_cast<double>(values.size());
    EXPECT_NEAR(sum / count, 0.0, 0.0005);
    EXPECT_NEAR(std::sqrt(squares / count), 0.02, 0.0005);
    EXPECT_EQ(rows.size(), 1024u);
    const StoredTensor* norm = model->find_tensor("output_norm.weight");
    std::vector<float> weights(256);
    dequantize_row(norm->dtype, norm->bytes, weights);
    EXPECT_EQ(weights, std::vector<float>(256, 1.0f));
  }
}

TEST(SyntheticModel, NamesTheShapesAndTypesThereAre) {
  const Status shape = write_synthetic_model({.shape = "huge"}, "/nonexistent/m.gguf");
  ASSERT_FALSE(shape);
  EXPECT_NE(shape.error().message.find("deepseek-r1-distill-qwen-1.5b"), std::string::npos);
  const Status type = write_synthetic_model({.type = "q9"}, "/nonexistent/m.gguf");
  ASSERT_FALSE(type);
  EXPECT_NE(type.error().message.find("q4_k_m"), std::string::npos);
}

TEST(SyntheticTokenizer, HasTheRealModelsSpecialIds) {
  Metadata metadata;
  add_synthetic_tokenizer(kDeepSeekVocabSize, metadata);
  const auto& tokens = *metadata.find_strings("tokenizer.ggml.tokens");
  const auto& types = *metadata.find_ints("tokenizer.ggml.token_type");
  ASSERT_EQ(tokens.size(), kDeepSeekVocabSize);
  ASSERT_EQ(types.size(), kDeepSeekVocabSize);
  EXPECT_EQ(tokens[151643], "<｜end▁of▁sentence｜>");
  EXPECT_EQ(tokens[151646], "<｜begin▁of▁sentence｜>");
  EXPECT_EQ(tokens[151649], "</think>");
  EXPECT_EQ(types[151643], 3);
  EXPECT_EQ(types[151648], 4);
  EXPECT_EQ(types[151935], 5);
  EXPECT_EQ(types[151642], 1) << "the merges must fill the vocabulary";
  EXPECT_EQ(metadata.find_int("tokenizer.ggml.bos_token_id"), 151646);
  EXPECT_EQ(metadata.find_int("tokenizer.ggml.eos_token_id"), 151643);
}

TEST(SyntheticTokenizer, MergesOnlyPiecesThatExistIntoNewOnes) {
  for (const std::size_t size : {kMinSyntheticVocabSize, std::size_t{1024}, kDeepSeekVocabSize}) {
    Metadata metadata;
    add_synthetic_tokenizer(size, metadata);
    const auto& tokens = *metadata.find_strings("tokenizer.ggml.tokens");
    const auto& merges = *metadata.find_strings("tokenizer.ggml.merges");
    std::unordered_set<std::string> known(tokens.begin(), tokens.begin() + 256);
    ASSERT_EQ(known.size(), 256u);
    for (std::size_t i = 0; i < merges.size(); ++i) {
      const std::size_t space = merges[i].find(' ');
      const std::string left = merges[i].substr(0, space);
      const std::string right = merges[i].substr(space + 1);
      ASSERT_TRUE(known.contains(left) && known.contains(right)) << merges[i];
      ASSERT_EQ(tokens[256 + i], left + right);
      ASSERT_TRUE(known.insert(left + right).second) << merges[i];
    }
    EXPECT_EQ(std::unordered_set<std::string>(tokens.begin(), tokens.end()).size(), size);
  }
}

}  // namespace
}  // namespace falconet
