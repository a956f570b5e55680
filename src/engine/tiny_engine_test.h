// An engine over a real decoder of two layers with random weights, for tests.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/engine_test.h"
#include "model/random_checkpoint.h"
#include "model/registry.h"

namespace falconet {

/// A qwen2 model of two layers with random weights.
class TinyModelFile {
 public:
  TinyModelFile() {
    const Json config = {
        {"model_type", "qwen2"},    {"hidden_size", 64},        {"num_hidden_layers", 2},
        {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"intermediate_size", 96},
        {"vocab_size", 97},         {"rms_norm_eps", 1e-6},     {"max_position_embeddings", 512}};
    const Architecture qwen2{.name = "qwen2", .has_qkv_bias = true};
    Metadata metadata;
    metadata.set("general.architecture", std::string("qwen2"));
    metadata.set("qwen2.block_count", std::int64_t{2});
    metadata.set("qwen2.context_length", std::int64_t{512});
    metadata.set("qwen2.embedding_length", std::int64_t{64});
    metadata.set("qwen2.feed_forward_length", std::int64_t{96});
    metadata.set("qwen2.attention.head_count", std::int64_t{4});
    metadata.set("qwen2.attention.head_count_kv", std::int64_t{2});
    metadata.set("qwen2.attention.layer_norm_rms_epsilon", 1e-6);
    write_gguf(path(), metadata,
               random_tensors(config_from_huggingface(qwen2, config).value(), CheckpointKind::Gguf,
                              DType::Q8_0, /*seed=*/1));
  }

  std::filesystem::path path() const { return folder_.path() / "tiny.gguf"; }

 private:
  TemporaryFolder folder_;
};

inline std::unique_ptr<TestEngine> tiny_engine(const TinyModelFile& file,
                                               const EngineOptions& options, int num_threads) {
  auto pool = std::make_unique<ThreadPool>(num_threads);
  auto checkpoint = Checkpoint::open(file.path());
  CHECK(checkpoint.has_value());
  auto model = load_model(*std::move(checkpoint), {.max_batch_tokens = 48}, *pool);
  CHECK(model.has_value());
  return std::make_unique<TestEngine>(std::move(pool), *std::move(model), options);
}

/// What each of them says, all running at once.
inline std::vector<std::vector<TokenId>> tokens_together(
    TestEngine& engine, const std::vector<EngineRequest>& requests) {
  std::vector<Generation> generations;
  for (const EngineRequest& request : requests) {
    generations.push_back(engine->submit(request).value());
  }
  std::vector<std::vector<TokenId>> tokens;
  for (Generation& generation : generations) tokens.push_back(read_all(generation).tokens.at(0));
  return tokens;
}

}  // namespace falconet
