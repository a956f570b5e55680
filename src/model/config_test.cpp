#include "model/config.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "base/testdata.h"

namespace falconet {
namespace {

constexpr Architecture kLlama{.name = "llama", .gguf_rope_style = RopeStyle::Interleaved};
constexpr Architecture kQwen2{.name = "qwen2", .has_qkv_bias = true};
constexpr Architecture kQwen3{.name = "qwen3", .has_qk_norm = true};

Json valid_json() {
  return {
      {"model_type", "qwen2"},     {"hidden_size", 1536},      {"num_hidden_layers", 28},
      {"num_attention_heads", 12}, {"num_key_value_heads", 2}, {"intermediate_size", 8960},
      {"vocab_size", 151936},      {"rms_norm_eps", 1e-6},     {"max_position_embeddings", 131072}};
}

Metadata valid_metadata() {
  Metadata metadata;
  metadata.set("llama.block_count", std::int64_t{16});
  metadata.set("llama.context_length", std::int64_t{131072});
  metadata.set("llama.embedding_length", std::int64_t{2048});
  metadata.set("llama.feed_forward_length", std::int64_t{8192});
  metadata.set("llama.attention.head_count", std::int64_t{32});
  metadata.set("llama.attention.head_count_kv", std::int64_t{8});
  metadata.set("llama.attention.layer_norm_rms_epsilon", 1e-5);
  metadata.set("llama.rope.freq_base", 500000.0);
  metadata.set("llama.vocab_size", std::int64_t{128256});
  return metadata;
}

/// The error of reading it; empty where there is none.
std::string json_error(const Json& json) {
  const auto config = config_from_huggingface(kQwen2, json);
  return config ? "" : config.error().message;
}

std::string metadata_error(const Metadata& metadata) {
  const auto config = config_from_gguf(kLlama, metadata);
  return config ? "" : config.error().message;
}

TEST(ModelConfig, ReadsTheRealConfigOfDeepSeekR1DistillQwen) {
  const auto path = test_data("models/deepseek-r1-distill-qwen-1.5b/config.json");
  if (!path) GTEST_SKIP();
  const Json json = parse_json(read_file(*path, 1u << 20).value()).value();
  const auto config = config_from_huggingface(kQwen2, json);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->num_layers, 28u);
  EXPECT_EQ(config->hidden_size, 1536u);
  EXPECT_EQ(config->head_dim, 128u);
  EXPECT_EQ(config->q_dim(), 1536u);
  EXPECT_EQ(config->kv_dim(), 256u);
  EXPECT_EQ(config->vocab_size, 151936u);
  EXPECT_EQ(config->max_position_embeddings, 131072u);
  EXPECT_EQ(config->rope.theta, 10000.0);
  EXPECT_EQ(config->rope.style, RopeStyle::Halves);
  EXPECT_FALSE(config->tie_word_embeddings);
  EXPECT_TRUE(config->has_qkv_bias);
}

TEST(ModelConfig, ReadsTheRealGgufMetadataOfDeepSeekR1DistillQwen) {
  const auto path = test_data("models/deepseek-r1-distill-qwen-1.5b/gguf_metadata.json");
  if (!path) GTEST_SKIP();
  const Json json = parse_json(read_file(*path, 1u << 20).value()).value();
  Metadata metadata;
  for (const auto& [key, value] : json.items()) {
    if (value.is_number_integer()) metadata.set(key, value.get<std::int64_t>());
    if (value.is_number_float()) metadata.set(key, value.get<double>());
  }
  const auto config = config_from_gguf(kQwen2, metadata);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->num_layers, 28u);
  EXPECT_EQ(config->num_heads, 12u);
  EXPECT_EQ(config->num_kv_heads, 2u);
  EXPECT_EQ(config->head_dim, 128u);
  EXPECT_EQ(config->intermediate_size, 8960u);
  EXPECT_EQ(config->rms_norm_eps, 1e-6);
  EXPECT_EQ(config->rope.style, RopeStyle::Halves);
}

TEST(ModelConfig, GivesAQwen3HeadItsOwnSize) {
  Json json = valid_json();
  json["head_dim"] = 256;
  const auto config = config_from_huggingface(kQwen3, json);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->q_dim(), 12u * 256);
  EXPECT_TRUE(config->has_qk_norm);
  EXPECT_FALSE(config->has_qkv_bias);
}

TEST(ModelConfig, RotatesNeighboursInLlamasGgufFilesAndHalvesElsewhere) {
  EXPECT_EQ(config_from_gguf(kLlama, valid_metadata())->rope.style, RopeStyle::Interleaved);
  EXPECT_EQ(config_from_huggingface(kLlama, valid_json())->rope.style, RopeStyle::Halves);
}

TEST(ModelConfig, SaysWhichFieldIsWrongAndWhatItMayBe) {
  struct Case {
    const char* key;
    Json value;
    const char* message;  // what the error must contain
  };
  const Case cases[] = {
      {"num_hidden_layers", 0, "\"num_hidden_layers\" is 0; it must be from 1 to 1024"},
      {"num_attention_heads", 0, "\"num_attention_heads\" is 0"},
      {"num_key_value_heads", 5, "must be a multiple of \"num_key_value_heads\", 5"},
      {"num_attention_heads", 10, "must be a multiple of \"num_attention_heads\", 10"},
      {"num_attention_heads", "twelve", "\"num_attention_heads\" must be one integer"},
      {"hidden_size", -1536, "\"hidden_size\" is -1536"},
      {"hidden_size", 1e30, "\"hidden_size\" must be one integer"},
      {"vocab_size", std::int64_t{1} << 62, "\"vocab_size\" is 4611686018427387904"},
      {"head_dim", 63, "heads of 63 elements"},
      {"rms_norm_eps", nullptr, "\"rms_norm_eps\" is missing"},
      {"rms_norm_eps", -1.0, "\"rms_norm_eps\" is -1"},
      {"rope_theta", 0.0, "\"rope_theta\" is 0"},
      {"rope_scaling", "yarn", "\"rope_scaling\" must be an object or null"},
      {"rope_scaling", {{"type", "longrope"}}, "rope scaling \"longrope\" is not supported"},
      {"rope_scaling", {{"type", "linear"}}, "\"rope_scaling.factor\" is missing"},
      {"hidden_act", "gelu", "\"hidden_act\" is \"gelu\""},
      {"mlp_bias", true, "\"mlp_bias\" is true"},
      {"use_sliding_window", true, "\"use_sliding_window\" is true"},
      {"quantization_config", {{"quant_method", "gptq"}}, "quantized by \"gptq\""},
  };
  ASSERT_EQ(json_error(valid_json()), "");
  for (const Case& broken : cases) {
    Json json = valid_json();
    json[broken.key] = broken.value;
    EXPECT_NE(json_error(json).find(broken.message), std::string::npos)
        << broken.key << ": " << json_error(json);
  }
  EXPECT_NE(json_error(Json()).find("config.json is missing"), std::string::npos);
}

TEST(ModelConfig, SpellsKeysAsTheGgufFileDoes) {
  ASSERT_EQ(metadata_error(valid_metadata()), "");
  Metadata metadata = valid_metadata();
  metadata.set("llama.attention.head_count_kv", std::vector<std::int64_t>{8, 8});
  EXPECT_NE(metadata_error(metadata).find("\"llama.attention.head_count_kv\" must be one integer"),
            std::string::npos);
  metadata = valid_metadata();
  metadata.set("llama.attention.value_length", std::int64_t{128});
  EXPECT_NE(metadata_error(metadata).find("\"llama.attention.value_length\" is 128"),
            std::string::npos);
  metadata = valid_metadata();
  metadata.set("llama.rope.dimension_count", std::int64_t{63});
  EXPECT_NE(metadata_error(metadata).find("63 rotated elements of a head of 64"),
            std::string::npos);
}

// Three fields at a time get hostile values: an error or a config, never a crash, and whatever
// passes stays within the bounds that later sizes rely on.
TEST(ModelConfig, SurvivesAnyCombinationOfHostileValues) {
  const std::vector<Json> values = {nullptr,
                                    0,
                                    -1,
                                    1,
                                    2,
                                    7,
                                    65536,
                                    1e300,
                                    -0.5,
                                    true,
                                    "12",
                                    Json::array(),
                                    Json::object(),
                                    std::numeric_limits<std::int64_t>::max(),
                                    Json{{"type", "yarn"}, {"factor", 1e-3}},
                                    Json{{"rope_type", "llama3"}, {"factor", 1e4}}};
  std::vector<std::string> keys = {
      "head_dim",        "rope_theta",          "rope_scaling",
      "rope_parameters", "tie_word_embeddings", "partial_rotary_factor",
      "hidden_act"};
  const Json valid = valid_json();
  for (const auto& [key, value] : valid.items()) keys.push_back(key);
  Random random(1);
  std::size_t num_valid = 0;
  for (int i = 0; i < 4000; ++i) {
    Json json = valid;
    for (int j = 0; j < 3; ++j) {
      json[keys[random.below(keys.size())]] = values[random.below(values.size())];
    }
    const auto config = config_from_huggingface(kQwen2, json);
    if (!config) continue;
    ++num_valid;
    ASSERT_LE(config->q_dim(), 1u << 20);
    ASSERT_EQ(config->num_heads % config->num_kv_heads, 0u);
    ASSERT_EQ(inverse_frequencies(config->rope, {}).size(), config->rope.rotary_dim / 2);
  }
  EXPECT_GT(num_valid, 0u);
}

}  // namespace
}  // namespace falconet
