#include "model/registry.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "model/decoder.h"
#include "model/weights.h"

namespace falconet {
namespace {

constexpr std::array kArchitectures = {
    Architecture{.name = "llama", .gguf_rope_style = RopeStyle::Interleaved},
    Architecture{.name = "qwen2", .has_qkv_bias = true},
    Architecture{.name = "qwen3", .has_qk_norm = true},
};

Result<std::unique_ptr<Model>> load_decoder(Checkpoint checkpoint, const LoadOptions& options,
                                            ThreadPool& pool) {
  TRY_ASSIGN(const Architecture* architecture, find_architecture(checkpoint));
  TRY_ASSIGN(ModelConfig config, read_config(*architecture, checkpoint));
  if (options.kv_type == KvType::Q8_0 && config.head_dim % kKvGroup != 0) {
    return error(ErrorCode::Unsupported, "keys and values in q8_0 need heads of a multiple of ",
                 kKvGroup, " elements; this model's have ", config.head_dim, ": keep them in f16");
  }
  const WeightOptions weight_options{
      .isa = options.isa, .quantization = options.quantization, .on_progress = options.on_progress};
  TRY_ASSIGN(DecoderWeights weights, bind_weights(config, checkpoint, weight_options, pool));
  const DecoderOptions decoder_options{
      .max_batch_tokens = options.max_batch_tokens, .isa = options.isa, .kv_type = options.kv_type};
  return std::unique_ptr<Model>(std::make_unique<Decoder>(
      std::move(config), std::move(weights), std::move(checkpoint), decoder_options, pool));
}

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

Result<const Architecture*> find_architecture(const Checkpoint& checkpoint) {
  const bool is_gguf = checkpoint.kind() == CheckpointKind::Gguf;
  const std::string key = is_gguf ? "general.architecture" : "model_type";
  std::optional<std::string> name;
  if (!is_gguf) {
    name = string_member(checkpoint.config(), key);
  } else if (const std::string* value = checkpoint.metadata().find_string(key)) {
    name = *value;
  }
  if (!name) return error(ErrorCode::Corrupt, "\"", key, "\" is missing or not a string");
  const auto found = std::ranges::find(kArchitectures, *name, &Architecture::name);
  if (found != kArchitectures.end()) return &*found;
  std::vector<std::string> known;
  for (const Architecture& architecture : kArchitectures) known.emplace_back(architecture.name);
  return error(ErrorCode::Unsupported, "the architecture \"", *name,
               "\" is not supported; known are ", join(known, ", "));
}

Result<std::unique_ptr<Model>> load_model(Checkpoint checkpoint, const LoadOptions& options,
                                          ThreadPool& pool) {
  CHECK(options.max_batch_tokens > 0);
  const std::string path = checkpoint.path().string();
  auto model = load_decoder(std::move(checkpoint), options, pool);
  if (!model) return std::move(model).error().within(path);
  return model;
}

}  // namespace falconet
