// Models that no golden file exists for, compared with a forward pass in double precision.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "model/random_checkpoint.h"
#include "model/reference_decoder.h"
#include "model/test_model.h"

namespace falconet {
namespace {

constexpr std::size_t kNumTokens = 20;  // crosses a border of KV blocks

std::vector<TokenId> random_ids(std::size_t count, std::size_t vocab_size, std::uint64_t seed) {
  Random random(seed);
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(TokenId{static_cast<std::int32_t>(random.below(vocab_size))});
  }
  return ids;
}

/// Errors of the decoder against the reference pass over the same file, one an instruction set.
std::vector<std::pair<Isa, LogitError>> measure(const std::filesystem::path& path) {
  const Checkpoint checkpoint = Checkpoint::open(path).value();
  const Architecture* architecture = find_architecture(checkpoint).value();
  const ModelConfig config = read_config(*architecture, checkpoint).value();
  const auto ids = random_ids(kNumTokens, config.vocab_size, 7);
  const auto oracle = ReferenceDecoder(config, checkpoint, KvRounding::F16).logits(ids);
  std::vector<std::pair<Isa, LogitError>> errors;
  for (const Isa isa : available_isas()) {
    errors.emplace_back(
        isa, logit_error(TestModel(path, {.isa = isa}).prefill(ids, kNumTokens), oracle));
  }
  return errors;
}

// With the cache's rounding in the oracle too, what remains of the error comes from f32 sums, and
// from keys or values that lie so near the middle of two f16 numbers that the two passes round them
// apart. Measured: up to 0.0004.
constexpr double kPlainBar = 0.002;

// Where weights are BF16 the kernels of avx512-bf16 round activations to BF16, by up to 2^-9 of
// each. Measured: up to 0.039.
constexpr double kBf16ActivationsBar = 0.08;

/// Of models whose weights are not quantized.
double plain_bar(Isa isa, DType dtype) {
  return isa == Isa::Avx512Bf16 && dtype == DType::BF16 ? kBf16ActivationsBar : kPlainBar;
}

Json qwen3_config() {
  return {{"model_type", "qwen3"},         {"hidden_size", 96},
          {"num_hidden_layers", 2},        {"num_attention_heads", 4},
          {"num_key_value_heads", 2},      {"head_dim", 32},
          {"intermediate_size", 160},      {"vocab_size", 130},
          {"rms_norm_eps", 1e-6},          {"rope_theta", 1000000.0},
          {"max_position_embeddings", 512}};
}

Json llama_config() {
  Json config = qwen3_config();
  config["model_type"] = "llama";
  config["head_dim"] = 24;
  config["rope_theta"] = 10000.0;
  return config;
}

/// Writes a folder of this config with random weights and compares it on every instruction set.
void expect_reference_logits(const Json& json, DType dtype) {
  TemporaryFolder folder;
  const Architecture* architecture = nullptr;
  for (const Architecture& known : architectures()) {
    if (json["model_type"] == known.name) architecture = &known;
  }
  const ModelConfig config = config_from_huggingface(*architecture, json).value();
  write_folder(folder.path(), json, random_tensors(config, CheckpointKind::HuggingFace, dtype, 11));
  for (const auto& [isa, error] : measure(folder.path())) {
    EXPECT_LT(error.worst, plain_bar(isa, dtype)) << isa_name(isa) << " " << json;
  }
}

TEST(Decoder, NormalizesEachHeadOfAQwen3Model) {
  expect_reference_logits(qwen3_config(), DType::F32);
  expect_reference_logits(qwen3_config(), DType::BF16);
}

TEST(Decoder, AddsTheBiasesOfAQwen2Model) {
  Json config = qwen3_config();
  config["model_type"] = "qwen2";
  expect_reference_logits(config, DType::F16);
}

TEST(Decoder, ReadsATiedHeadFromTheEmbedding) {
  for (Json config : {llama_config(), qwen3_config()}) {
    config["tie_word_embeddings"] = true;
    expect_reference_logits(config, DType::BF16);
  }
}

TEST(Decoder, StretchesThePositionsOfEachKindOfRopeScaling) {
  const Json scalings[] = {
      {{"rope_type", "llama3"},
       {"factor", 8.0},
       {"low_freq_factor", 1.0},
       {"high_freq_factor", 4.0},
       {"original_max_position_embeddings", 64}},
      {{"type", "linear"}, {"factor", 4.0}},
      {{"type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 64}},
  };
  for (const Json& scaling : scalings) {
    Json config = llama_config();
    config["rope_scaling"] = scaling;
    expect_reference_logits(config, DType::F32);
  }
}

TEST(Decoder, RotatesOnlyPartOfAHeadWhereTheConfigSaysSo) {
  Json config = llama_config();
  config["partial_rotary_factor"] = 0.5;
  expect_reference_logits(config, DType::F32);
}

Metadata gguf_metadata() {
  Metadata metadata;
  metadata.set("general.architecture", std::string("llama"));
  metadata.set("llama.block_count", std::int64_t{2});
  metadata.set("llama.context_length", std::int64_t{512});
  metadata.set("llama.embedding_length", std::int64_t{256});
  metadata.set("llama.feed_forward_length", std::int64_t{512});
  metadata.set("llama.attention.head_count", std::int64_t{8});
  metadata.set("llama.attention.head_count_kv", std::int64_t{2});
  metadata.set("llama.attention.layer_norm_rms_epsilon", 1e-5);
  metadata.set("llama.rope.freq_base", 500000.0);
  metadata.set("llama.vocab_size", std::int64_t{160});
  return metadata;
}

ModelConfig gguf_config() {
  const Architecture llama{.name = "llama", .gguf_rope_style = RopeStyle::Interleaved};
  return config_from_gguf(llama, gguf_metadata()).value();
}

// Llama 3's scaling as converters write it: one divisor for each pair.
TEST(Decoder, DividesTheFrequenciesByTheTensorRopeFreqs) {
  TemporaryFolder folder;
  const ModelConfig config = gguf_config();
  auto tensors = random_tensors(config, CheckpointKind::Gguf, DType::F32, 5);
  Random random(6);
  tensors.push_back(
      random_tensor("rope_freqs.weight", DType::F32, {config.rope.rotary_dim / 2}, 4, 0.5, random));
  const auto path = folder.path() / "model.gguf";
  write_gguf(path, gguf_metadata(), tensors);
  for (const auto& [isa, error] : measure(path)) EXPECT_LT(error.worst, kPlainBar);

  // And they matter: without the tensor the logits are others.
  tensors.pop_back();
  const auto plain_path = folder.path() / "plain.gguf";
  write_gguf(plain_path, gguf_metadata(), tensors);
  const auto ids = random_ids(kNumTokens, config.vocab_size, 7);
  EXPECT_NE(TestModel(path).prefill(ids, kNumTokens).back(),
            TestModel(plain_path).prefill(ids, kNumTokens).back());
}

class DecoderOfType : public testing::TestWithParam<DType> {};

// The reference kernels multiply stored weights with unrounded activations; the fast ones round
// activations to 8 bits in groups of 32, most quantized types'. The largest of 32 normal values is
// about 2.5 σ, so each product is off by 2.5 / 127 / √12 = 0.6 % of its spread; two layers and the
// head of random weights are 14 products whose errors add up to about 2 %, and the worst of 3,200
// logits is four or five times as far off. Measured: up to 2.05 %, and 9.5 %.
constexpr double k8BitActivationsBar = 0.15;

TEST_P(DecoderOfType, AgreesWithTheReferencePass) {
  TemporaryFolder folder;
  const auto path = folder.path() / "model.gguf";
  write_gguf(path, gguf_metadata(),
             random_tensors(gguf_config(), CheckpointKind::Gguf, GetParam(), 3));
  for (const auto& [isa, error] : measure(path)) {
    const bool is_plain = isa == Isa::Reference || !is_quantized(GetParam());
    const double bar = plain_bar(isa, GetParam());
    EXPECT_LT(error.worst, is_plain ? bar : k8BitActivationsBar) << isa_name(isa);
    EXPECT_LT(error.mean, is_plain ? bar / 4 : k8BitActivationsBar / 5) << isa_name(isa);
  }
}

// Keys and values of 8 bits are off by up to 1/254 of their group's largest, which is what
// activations of 8 bits cost at one product in seven.
TEST(Decoder, StaysCloseToTheReferencePassWithKeysAndValuesOf8Bits) {
  TemporaryFolder folder;
  const auto path = folder.path() / "model.gguf";
  ModelConfig config = gguf_config();
  write_gguf(path, gguf_metadata(), random_tensors(config, CheckpointKind::Gguf, DType::F32, 3));
  const auto ids = random_ids(kNumTokens, config.vocab_size, 7);
  const Checkpoint checkpoint = Checkpoint::open(path).value();
  const auto oracle = ReferenceDecoder(config, checkpoint, KvRounding::None).logits(ids);
  for (const Isa isa : available_isas()) {
    TestModel model(path, {.isa = isa, .kv_type = KvType::Q8_0});
    const LogitError error = logit_error(model.prefill(ids, kNumTokens), oracle);
    EXPECT_LT(error.worst, k8BitActivationsBar / 2) << isa_name(isa);
    EXPECT_LT(error.mean, k8BitActivationsBar / 10) << isa_name(isa);
  }
}

TEST(Decoder, RefusesKeysAndValuesOf8BitsForHeadsThatGroupsDoNotFit) {
  TemporaryFolder folder;
  const Json json = llama_config();  // heads of 24 elements
  const ModelConfig config = config_from_huggingface(architectures().front(), json).value();
  write_folder(folder.path(), json,
               random_tensors(config, CheckpointKind::HuggingFace, DType::F32, 1));
  ThreadPool pool(1);
  const auto model =
      load_model(Checkpoint::open(folder.path()).value(), {.kv_type = KvType::Q8_0}, pool);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::Unsupported);
  EXPECT_NE(model.error().message.find("this model's have 24"), std::string::npos)
      << model.error().message;
}

INSTANTIATE_TEST_SUITE_P(AllTypes, DecoderOfType,
                         testing::Values(DType::F32, DType::F16, DType::BF16, DType::Q4_0,
                                         DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0,
                                         DType::Q2_K, DType::Q3_K, DType::Q4_K, DType::Q5_K,
                                         DType::Q6_K, DType::IQ4_NL, DType::IQ4_XS),
                         [](const auto& type) { return std::string(traits(type.param).name); });

}  // namespace
}  // namespace falconet
