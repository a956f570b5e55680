#include "model/registry.h"

#include <array>

#include "model/decoder.h"

namespace falconet {
namespace {

constexpr std::array kArchitectures = {
    Architecture{"qwen2", /*has_qkv_bias=*/true, /*has_qk_norm=*/false, RopeStyle::Halves},
    Architecture{"qwen3", /*has_qkv_bias=*/false, /*has_qk_norm=*/true, RopeStyle::Halves},
    Architecture{"llama", /*has_qkv_bias=*/false, /*has_qk_norm=*/false, RopeStyle::Interleaved},
};

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

Result<const Architecture*> find_architecture(const Checkpoint& checkpoint) {
  const bool is_gguf = checkpoint.kind() == CheckpointKind::Gguf;
  std::string name;
  if (is_gguf) {
    TRY_ASSIGN(name, checkpoint.metadata().require_string("general.architecture"));
  } else {
    name = string_member(checkpoint.config(), "model_type").value_or("");
  }
  std::vector<std::string> known;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) return &architecture;
    known.emplace_back(architecture.name);
  }
  return error(ErrorCode::Unsupported, checkpoint.path().string(), ": architecture \"", name,
               "\" is not supported; known are ", join(known, ", "));
}

Result<std::unique_ptr<Model>> load_model(Checkpoint checkpoint, const LoadOptions& options,
                                          ThreadPool& pool) {
  TRY_ASSIGN(const Architecture* architecture, find_architecture(checkpoint));
  TRY_ASSIGN(ModelConfig config, read_config(*architecture, checkpoint));
  TRY_ASSIGN(DecoderWeights weights, bind_weights(config, checkpoint, chosen_isa(), pool));
  return std::unique_ptr<Model>(std::make_unique<Decoder>(std::move(config), std::move(checkpoint),
                                                          std::move(weights),
                                                          options.max_batch_tokens, pool));
}

}  // namespace falconet
