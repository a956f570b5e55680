#include "model/weights.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "formats/quantize_row.h"
#include "model/random_checkpoint.h"
#include "model/registry.h"
#include "model/test_model.h"

namespace falconet {
namespace {

constexpr Architecture kPlainLlama{.name = "llama"};

Json tiny_llama_config() {
  return {{"model_type", "llama"},    {"hidden_size", 32},        {"num_hidden_layers", 1},
          {"num_attention_heads", 2}, {"num_key_value_heads", 1}, {"intermediate_size", 64},
          {"vocab_size", 20},         {"rms_norm_eps", 1e-6},     {"max_position_embeddings", 64}};
}

/// The error of loading a model from these tensors; empty where there is none.
std::string load_error(const std::vector<RandomTensor>& tensors, const Json& config,
                       const LoadOptions& options = {}) {
  TemporaryFolder folder;
  write_folder(folder.path(), config, tensors);
  ThreadPool pool(1);
  const auto model = load_model(Checkpoint::open(folder.path()).value(), options, pool);
  return model ? "" : model.error().message;
}

TEST(Weights, NamesTheTensorThatDoesNotFitTheConfig) {
  const Json json = {
      {"model_type", "llama"},    {"hidden_size", 32},        {"num_hidden_layers", 1},
      {"num_attention_heads", 2}, {"num_key_value_heads", 1}, {"intermediate_size", 48},
      {"vocab_size", 20},         {"rms_norm_eps", 1e-6},     {"max_position_embeddings", 64}};
  const ModelConfig config = config_from_huggingface(kPlainLlama, json).value();
  const auto tensors = random_tensors(config, CheckpointKind::HuggingFace, DType::F32, 1);
  ASSERT_EQ(load_error(tensors, json), "");

  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::string name = "tensor \"" + tensors[i].plan.name + "\"";
    auto missing = tensors;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_NE(load_error(missing, json).find(name), std::string::npos) << load_error(missing, json);
    auto reshaped = tensors;
    reshaped[i].plan.shape.push_back(1);
    EXPECT_NE(load_error(reshaped, json).find(name + " has shape ["), std::string::npos)
        << load_error(reshaped, json);
  }
  auto wrong = tensors;
  Random random(1);
  ASSERT_EQ(wrong[4].plan.name, "model.layers.0.self_attn.q_proj.weight");
  wrong[4] = random_tensor(wrong[4].plan.name, DType::F32, {31, 32}, 0, 1, random);
  EXPECT_NE(load_error(wrong, json).find("has shape [31, 32]; the config asks for [32, 32]"),
            std::string::npos)
      << load_error(wrong, json);

  auto surplus = tensors;
  surplus.push_back(random_tensor("model.layers.0.self_attn.sinks", DType::F32, {2}, 0, 1, random));
  EXPECT_NE(load_error(surplus, json).find("\"model.layers.0.self_attn.sinks\" has no place"),
            std::string::npos);
}

/// The same tensors with their matrices, the embedding excepted, rounded to Q8_0 and back.
std::vector<RandomTensor> rounded_to_q8_0(std::vector<RandomTensor> tensors) {
  for (RandomTensor& tensor : tensors) {
    if (tensor.plan.shape.size() == 1 || tensor.plan.name == "model.embed_tokens.weight") continue;
    const std::span<float> values(reinterpret_cast<float*>(tensor.bytes.data()),
                                  tensor.bytes.size() / sizeof(float));
    std::vector<std::byte> blocks(row_bytes(DType::Q8_0, values.size()));
    quantize_row(DType::Q8_0, values, blocks);
    dequantize_row(DType::Q8_0, blocks, values);
  }
  return tensors;
}

Logits logits_of(const std::vector<RandomTensor>& tensors, std::optional<Recipe> quantization) {
  TemporaryFolder folder;
  write_folder(folder.path(), tiny_llama_config(), tensors);
  const std::vector<TokenId> ids = {TokenId{3}, TokenId{19}, TokenId{0}, TokenId{7}};
  return TestModel(folder.path(), {.isa = Isa::Reference, .quantization = quantization})
      .prefill(ids, 4);
}

TEST(Weights, QuantizedAtLoadAreThoseOfAFileQuantizedBefore) {
  const ModelConfig config = config_from_huggingface(kPlainLlama, tiny_llama_config()).value();
  const auto tensors = random_tensors(config, CheckpointKind::HuggingFace, DType::F32, 1);
  const Logits quantized = logits_of(tensors, find_recipe("q8_0").value());
  EXPECT_EQ(quantized, logits_of(rounded_to_q8_0(tensors), std::nullopt));
  EXPECT_NE(quantized, logits_of(tensors, std::nullopt));
}

TEST(Weights, RefuseToQuantizeWhatIsNotFinite) {
  const ModelConfig config = config_from_huggingface(kPlainLlama, tiny_llama_config()).value();
  auto tensors = random_tensors(config, CheckpointKind::HuggingFace, DType::F32, 1);
  const float infinity = std::numeric_limits<float>::infinity();
  std::memcpy(tensors[4].bytes.data() + 40, &infinity, sizeof infinity);
  EXPECT_EQ(load_error(tensors, tiny_llama_config()), "");
  LoadOptions options;
  options.quantization = find_recipe("q4_0").value();
  EXPECT_NE(load_error(tensors, tiny_llama_config(), options)
                .find("\"" + tensors[4].plan.name + "\" holds a value that is not finite"),
            std::string::npos);
}

}  // namespace
}  // namespace falconet
