// What a batch holds besides a token must not change the token's logits: not by one bit.
#include <gtest/gtest.h>

#include <vector>

#include "model/random_checkpoint.h"
#include "model/test_model.h"

namespace falconet {
namespace {

Json small_config() {
  return {{"model_type", "qwen2"},    {"hidden_size", 128},       {"num_hidden_layers", 2},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"intermediate_size", 192},
          {"vocab_size", 200},        {"rms_norm_eps", 1e-6},     {"max_position_embeddings", 512}};
}

/// A small qwen2 model with matrices of one type, and three sequences.
class DecoderBatch : public testing::TestWithParam<DType> {
 protected:
  void SetUp() override {
    const Architecture qwen2{.name = "qwen2", .has_qkv_bias = true};
    const ModelConfig config = config_from_huggingface(qwen2, small_config()).value();
    Metadata metadata;
    metadata.set("general.architecture", std::string("qwen2"));
    metadata.set("qwen2.block_count", std::int64_t{2});
    metadata.set("qwen2.context_length", std::int64_t{512});
    metadata.set("qwen2.embedding_length", std::int64_t{128});
    metadata.set("qwen2.feed_forward_length", std::int64_t{192});
    metadata.set("qwen2.attention.head_count", std::int64_t{4});
    metadata.set("qwen2.attention.head_count_kv", std::int64_t{2});
    metadata.set("qwen2.attention.layer_norm_rms_epsilon", 1e-6);
    path_ = folder_.path() / "model.gguf";
    write_gguf(path_, metadata, random_tensors(config, CheckpointKind::Gguf, GetParam(), 1));
    Random random(2);
    for (auto& sequence : sequences_) {
      for (TokenId& id : sequence) id.value = static_cast<std::int32_t>(random.below(200));
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path path_;
  std::vector<TokenId> sequences_[TestModel::kNumSequences] = {
      std::vector<TokenId>(45), std::vector<TokenId>(17), std::vector<TokenId>(30)};
};

TEST_P(DecoderBatch, GivesTheSameLogitsHoweverAPromptIsCut) {
  for (const Isa isa : available_isas()) {
    TestModel model(path_, {.isa = isa});
    const Logits whole = model.prefill(sequences_[0], TestModel::kMaxBatchTokens);
    for (const std::size_t chunk : {1u, 7u, 16u, 31u}) {
      EXPECT_EQ(model.prefill(sequences_[0], chunk), whole) << chunk << " " << isa_name(isa);
    }
  }
}

TEST_P(DecoderBatch, GivesASequenceTheSameLogitsAmongOthersAsAlone) {
  for (const Isa isa : available_isas()) {
    TestModel model(path_, {.isa = isa});
    Logits alone[3];
    for (std::size_t s = 0; s < 3; ++s) {
      alone[s] = model.prefill(sequences_[s], TestModel::kMaxBatchTokens, s);
    }
    // A second model, whose cache has not seen the tokens: three steps, each sequence at its own
    // pace, two of them ending in single tokens as decoding does.
    TestModel mixed(path_, {.isa = isa});
    const auto part = [&](std::size_t s, std::size_t first, std::size_t count) {
      return TokenRun{s, first, std::span(sequences_[s]).subspan(first, count)};
    };
    const std::vector<std::vector<TokenRun>> steps = {
        {part(1, 0, 16), part(0, 0, 20)},
        {part(2, 0, 29), part(0, 20, 24), part(1, 16, 1)},
        {part(0, 44, 1), part(2, 29, 1)},
    };
    for (const auto& runs : steps) {
      const Logits logits = mixed.step(runs);
      std::size_t row = 0;
      for (const TokenRun& run : runs) {
        for (std::size_t i = 0; i < run.tokens.size(); ++i) {
          EXPECT_EQ(logits[row++], alone[run.sequence][run.first_position + i])
              << "sequence " << run.sequence << " position " << run.first_position + i;
        }
      }
    }
  }
}

TEST_P(DecoderBatch, GivesTheLogitsOfTheSampledRowsAlone) {
  TestModel model(path_);
  const Logits all = model.prefill(sequences_[0], TestModel::kMaxBatchTokens);
  const SequenceSlice slice{0, sequences_[0].size(), 0, model.block_table(0)};
  const std::size_t rows[] = {0, 3, 44};
  const Logits some = model.forward({sequences_[0], {&slice, 1}, rows});
  EXPECT_EQ(some, (Logits{all[0], all[3], all[44]}));
  EXPECT_TRUE(model.forward({sequences_[0], {&slice, 1}, {}}).empty());
}

TEST_P(DecoderBatch, GivesTheSameLogitsWithAnyNumberOfThreads) {
  const Logits one = TestModel(path_, {}, 1).prefill(sequences_[0], 20);
  for (const int num_threads : {2, 3, 5}) {
    EXPECT_EQ(TestModel(path_, {}, num_threads).prefill(sequences_[0], 20), one);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, DecoderBatch,
                         testing::Values(DType::F32, DType::BF16, DType::Q8_0, DType::Q4_0,
                                         DType::Q5_1),
                         [](const auto& type) { return std::string(traits(type.param).name); });

}  // namespace
}  // namespace falconet
