#include "model/config.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "model/config_reader.h"
#include "model/tensor_names.h"

namespace falconet {
namespace {

// Several times the largest published model of these families, and small enough that no size
// computed from them overflows 64 bits.
constexpr Range<std::size_t> kLayers{1, 1024};
constexpr Range<std::size_t> kHeads{1, 1024};
constexpr Range<std::size_t> kHeadDims{2, 1024};
constexpr Range<std::size_t> kHiddenSizes{1, std::size_t{1} << 17};
constexpr Range<std::size_t> kIntermediateSizes{1, std::size_t{1} << 20};
constexpr Range<std::size_t> kVocabSizes{1, std::size_t{1} << 22};
constexpr Range<std::size_t> kPositions{1, std::size_t{1} << 27};
constexpr Range<double> kEpsilons{1e-12, 0.1};

constexpr FieldName kNumLayers{"num_hidden_layers", "block_count"};
constexpr FieldName kHiddenSize{"hidden_size", "embedding_length"};
constexpr FieldName kIntermediateSize{"intermediate_size", "feed_forward_length"};
constexpr FieldName kNumHeads{"num_attention_heads", "attention.head_count"};
constexpr FieldName kNumKvHeads{"num_key_value_heads", "attention.head_count_kv"};
constexpr FieldName kHeadDim{"head_dim", "attention.key_length"};
constexpr FieldName kValueDim{"", "attention.value_length"};
constexpr FieldName kVocabSize{"vocab_size", "vocab_size"};
constexpr FieldName kMaxPositions{"max_position_embeddings", "context_length"};
constexpr FieldName kEpsilon{"rms_norm_eps", "attention.layer_norm_rms_epsilon"};
constexpr FieldName kTie{"tie_word_embeddings", ""};

Status read_heads(const ConfigReader& reader, ModelConfig& config) {
  TRY_ASSIGN(config.num_heads, reader.require_count(kNumHeads, kHeads));
  TRY_ASSIGN(config.num_kv_heads, reader.count_or(kNumKvHeads, kHeads, config.num_heads));
  if (config.num_heads % config.num_kv_heads != 0) {
    return error(ErrorCode::Corrupt, "\"", reader.key(kNumHeads), "\" is ", config.num_heads,
                 "; it must be a multiple of \"", reader.key(kNumKvHeads), "\", ",
                 config.num_kv_heads);
  }
  TRY_ASSIGN(const auto head_dim, reader.find_count(kHeadDim, kHeadDims));
  if (!head_dim && config.hidden_size % config.num_heads != 0) {
    return error(ErrorCode::Corrupt, "\"", reader.key(kHiddenSize), "\" is ", config.hidden_size,
                 "; without \"", reader.key(kHeadDim), "\" it must be a multiple of \"",
                 reader.key(kNumHeads), "\", ", config.num_heads);
  }
  config.head_dim = head_dim.value_or(config.hidden_size / config.num_heads);
  if (config.head_dim % 2 != 0 || config.head_dim > kHeadDims.max) {
    return error(ErrorCode::Corrupt, "heads of ", config.head_dim, " elements (\"",
                 reader.key(kHeadDim), "\", or \"", reader.key(kHiddenSize), "\" over \"",
                 reader.key(kNumHeads), "\"); the number must be even and at most ", kHeadDims.max);
  }
  return {};
}

/// The fields that both kinds of file have.
Result<ModelConfig> read_shape(const Architecture& architecture, const ConfigReader& reader) {
  ModelConfig config;
  config.architecture = architecture.name;
  config.has_qkv_bias = architecture.has_qkv_bias;
  config.has_qk_norm = architecture.has_qk_norm;
  TRY_ASSIGN(config.num_layers, reader.require_count(kNumLayers, kLayers));
  TRY_ASSIGN(config.hidden_size, reader.require_count(kHiddenSize, kHiddenSizes));
  TRY_ASSIGN(config.intermediate_size, reader.require_count(kIntermediateSize, kIntermediateSizes));
  TRY_ASSIGN(config.max_position_embeddings, reader.require_count(kMaxPositions, kPositions));
  TRY_ASSIGN(config.rms_norm_eps, reader.require_number(kEpsilon, kEpsilons));
  TRY(read_heads(reader, config));
  return config;
}

/// Switches of config.json that would change the computation and that the decoder does not have.
Status refuse_unsupported(const Json& config) {
  if (const Json* quantization = find_member(config, "quantization_config")) {
    if (!quantization->is_null()) {
      return error(ErrorCode::Unsupported, "weights quantized by \"",
                   string_member(*quantization, "quant_method").value_or("an unnamed method"),
                   "\"; use the original weights or a GGUF file");
    }
  }
  const std::string activation = string_member(config, "hidden_act").value_or("silu");
  if (activation != "silu") {
    return error(ErrorCode::Unsupported, "\"hidden_act\" is \"", activation,
                 "\"; only \"silu\" is supported");
  }
  for (const char* key : {"attention_bias", "mlp_bias", "use_sliding_window"}) {
    if (bool_member(config, key).value_or(false)) {
      return error(ErrorCode::Unsupported, "\"", key, "\" is true; only false is supported");
    }
  }
  return {};
}

Status complete_from_tensors(const Checkpoint& checkpoint, ModelConfig& config) {
  const std::string name = tensor_name(checkpoint.kind(), TensorRole::Embedding);
  const StoredTensor* embedding = checkpoint.find_tensor(name);
  if (embedding == nullptr) return error(ErrorCode::Corrupt, "tensor \"", name, "\" is missing");
  if (checkpoint.kind() == CheckpointKind::Gguf && !embedding->shape.empty()) {
    config.vocab_size = embedding->shape[0];
  }
  if (config.vocab_size < kVocabSizes.min || config.vocab_size > kVocabSizes.max) {
    return error(ErrorCode::Corrupt, "a vocabulary of ", config.vocab_size,
                 " tokens; the number must be from ", kVocabSizes.min, " to ", kVocabSizes.max);
  }
  const bool has_head =
      checkpoint.find_tensor(tensor_name(checkpoint.kind(), TensorRole::Head)) != nullptr;
  if (checkpoint.kind() == CheckpointKind::Gguf) config.tie_word_embeddings = !has_head;
  return {};
}

/// The files state the context of the first training; these scalings are there to go beyond it.
void stretch_context(ModelConfig& config) {
  const RopeScaling scaling = config.rope.scaling;
  if (scaling != RopeScaling::Yarn && scaling != RopeScaling::Ntk) return;
  const double stretched =
      config.rope.factor * static_cast<double>(config.rope.original_max_position_embeddings);
  config.max_position_embeddings =
      std::max(config.max_position_embeddings,
               std::min(static_cast<std::size_t>(stretched), kPositions.max));
}

}  // namespace

Result<ModelConfig> config_from_gguf(const Architecture& architecture, const Metadata& metadata) {
  const std::string prefix(architecture.name);
  const ConfigReader reader = ConfigReader::of(metadata, prefix);
  TRY_ASSIGN(ModelConfig config, read_shape(architecture, reader));
  TRY_ASSIGN(const std::size_t value_dim, reader.count_or(kValueDim, kHeadDims, config.head_dim));
  if (value_dim != config.head_dim) {
    return error(ErrorCode::Unsupported, "\"", reader.key(kValueDim), "\" is ", value_dim,
                 " and \"", reader.key(kHeadDim), "\" ", config.head_dim,
                 "; only equal ones are supported");
  }
  const auto* tokens = metadata.find_strings("tokenizer.ggml.tokens");
  TRY_ASSIGN(config.vocab_size,
             reader.count_or(kVocabSize, kVocabSizes, tokens == nullptr ? 0 : tokens->size()));
  TRY_ASSIGN(config.rope,
             rope_from_gguf(metadata, prefix, config.head_dim, config.max_position_embeddings));
  config.rope.style = architecture.gguf_rope_style;
  stretch_context(config);
  return config;
}

Result<ModelConfig> config_from_huggingface(const Architecture& architecture, const Json& json) {
  if (!json.is_object()) {
    return error(ErrorCode::Corrupt, "config.json is missing or is no JSON object");
  }
  TRY(refuse_unsupported(json));
  const ConfigReader reader = ConfigReader::of(json);
  TRY_ASSIGN(ModelConfig config, read_shape(architecture, reader));
  TRY_ASSIGN(config.vocab_size, reader.require_count(kVocabSize, kVocabSizes));
  TRY_ASSIGN(config.tie_word_embeddings, reader.flag_or(kTie, false));
  TRY_ASSIGN(config.rope,
             rope_from_huggingface(json, config.head_dim, config.max_position_embeddings));
  stretch_context(config);
  return config;
}

Result<ModelConfig> read_config(const Architecture& architecture, const Checkpoint& checkpoint) {
  const bool is_gguf = checkpoint.kind() == CheckpointKind::Gguf;
  TRY_ASSIGN(ModelConfig config, is_gguf
                                     ? config_from_gguf(architecture, checkpoint.metadata())
                                     : config_from_huggingface(architecture, checkpoint.config()));
  TRY(complete_from_tensors(checkpoint, config));
  return config;
}

void set_config_keys(const ModelConfig& config, Metadata& metadata) {
  const auto set = [&](FieldName field, MetadataValue value) {
    metadata.set(cat(config.architecture, '.', field.gguf), std::move(value));
  };
  const auto count = [](std::size_t value) { return MetadataValue(std::uint64_t{value}); };
  metadata.set("general.architecture", config.architecture);
  set(kNumLayers, count(config.num_layers));
  set(kMaxPositions, count(config.max_position_embeddings));
  set(kHiddenSize, count(config.hidden_size));
  set(kIntermediateSize, count(config.intermediate_size));
  set(kNumHeads, count(config.num_heads));
  set(kNumKvHeads, count(config.num_kv_heads));
  set(kHeadDim, count(config.head_dim));
  set(kValueDim, count(config.head_dim));
  set(kEpsilon, config.rms_norm_eps);
  set(kVocabSize, count(config.vocab_size));
  set_rope_keys(config.rope, config.architecture, metadata);
}

}  // namespace falconet
