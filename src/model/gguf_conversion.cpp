#include "model/gguf_conversion.h"

#include <map>
#include <string>
#include <utility>

#include "model/config.h"
#include "model/registry.h"
#include "model/tensor_names.h"
#include "tokenizer/gguf_keys.h"

namespace falconet {
namespace {

using Places = std::map<std::string, GgufPlace, std::less<>>;  // by the folder's names

constexpr TensorRole kModelRoles[] = {TensorRole::Embedding, TensorRole::OutputNorm,
                                      TensorRole::Head};
constexpr TensorRole kLayerRoles[] = {
    TensorRole::AttentionNorm,
    TensorRole::Query,
    TensorRole::Key,
    TensorRole::Value,
    TensorRole::QueryBias,
    TensorRole::KeyBias,
    TensorRole::ValueBias,
    TensorRole::QueryNorm,
    TensorRole::KeyNorm,
    TensorRole::AttentionOutput,
    TensorRole::FfnNorm,
    TensorRole::Gate,
    TensorRole::Up,
    TensorRole::Down,
};

Places places_of(const ModelConfig& config, RopeStyle style) {
  Places places;
  const auto add = [&](TensorRole role, std::size_t layer) {
    GgufPlace place{tensor_name(CheckpointKind::Gguf, role, layer)};
    const bool is_interleaved = style == RopeStyle::Interleaved;
    if (is_interleaved && role == TensorRole::Query) place.num_interleaved_heads = config.num_heads;
    if (is_interleaved && role == TensorRole::Key)
      place.num_interleaved_heads = config.num_kv_heads;
    places[tensor_name(CheckpointKind::HuggingFace, role, layer)] = std::move(place);
  };
  for (const TensorRole role : kModelRoles) {
    if (role != TensorRole::Head || !config.tie_word_embeddings) add(role, 0);
  }
  for (std::size_t layer = 0; layer < config.num_layers; ++layer) {
    for (const TensorRole role : kLayerRoles) add(role, layer);
  }
  return places;
}

/// The head of a tied model repeats the embedding; old folders store frequencies beside theta.
bool is_spare(const StoredTensor& tensor) {
  return tensor.name.ends_with(".rotary_emb.inv_freq") ||
         tensor.name == tensor_name(CheckpointKind::HuggingFace, TensorRole::Head);
}

Status check_places(const Checkpoint& folder, const ModelConfig& config, const Places& places) {
  for (const StoredTensor& tensor : folder.tensors()) {
    if (places.contains(tensor.name) || is_spare(tensor)) continue;
    return error(ErrorCode::Unsupported, "tensor \"", tensor.name,
                 "\" has no place in the architecture \"", config.architecture, "\" with ",
                 config.num_layers, " layers");
  }
  return {};
}

std::string name_of(const Checkpoint& folder) {
  const auto stated = string_member(folder.config(), "_name_or_path");
  if (stated && !stated->empty()) return *stated;
  const std::filesystem::path path = std::filesystem::absolute(folder.path()).lexically_normal();
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

/// What generation_config.json advises, under the keys that GGUF has for it.
void set_sampling_keys(const Json& generation_config, Metadata& metadata) {
  const auto copy_number = [&](const char* from, const char* to) {
    if (const auto value = number_member(generation_config, from)) metadata.set(to, *value);
  };
  copy_number("temperature", "general.sampling.temp");
  copy_number("top_p", "general.sampling.top_p");
  copy_number("min_p", "general.sampling.min_p");
  copy_number("repetition_penalty", "general.sampling.penalty_repeat");
  if (const auto top_k = int_member(generation_config, "top_k")) {
    metadata.set("general.sampling.top_k", *top_k);
  }
}

Result<Metadata> describe(const Checkpoint& folder, const ModelConfig& config) {
  if (folder.tokenizer_json().empty()) {
    return error(ErrorCode::NotFound,
                 "there is no tokenizer.json; a GGUF file carries its tokenizer");
  }
  Metadata metadata;
  metadata.set("general.type", std::string("model"));
  metadata.set("general.name", name_of(folder));
  set_config_keys(config, metadata);
  set_sampling_keys(folder.generation_config(), metadata);
  TRY(set_tokenizer_keys(folder.tokenizer_json(), folder.tokenizer_config(), config.vocab_size,
                         metadata));
  if (auto source = folder.chat_template()) {
    metadata.set("tokenizer.chat_template", *std::move(source));
  }
  return metadata;
}

Result<GgufConversion> convert(const Checkpoint& folder) {
  TRY_ASSIGN(const Architecture* architecture, find_architecture(folder));
  TRY_ASSIGN(const ModelConfig config, read_config(*architecture, folder));
  const RopeStyle style = architecture->gguf_rope_style;
  if (style == RopeStyle::Interleaved && config.rope.rotary_dim != config.head_dim) {
    return error(ErrorCode::Unsupported, "heads that rotate ", config.rope.rotary_dim, " of ",
                 config.head_dim,
                 " elements cannot be written to a GGUF file of this architecture");
  }
  GgufConversion conversion;
  Places places = places_of(config, style);
  TRY(check_places(folder, config, places));
  TRY_ASSIGN(conversion.metadata, describe(folder, config));
  std::vector<float> divisors = rope_divisors(config.rope);
  if (!divisors.empty()) {
    conversion.added.push_back(
        {tensor_name(CheckpointKind::Gguf, TensorRole::RopeDivisors), std::move(divisors)});
  }
  conversion.place = [places = std::move(places)](const StoredTensor& tensor) {
    const auto found = places.find(tensor.name);
    return found == places.end() ? std::nullopt : std::optional(found->second);
  };
  return conversion;
}

}  // namespace

Result<GgufConversion> convert_to_gguf(const Checkpoint& folder) {
  Result<GgufConversion> conversion = convert(folder);
  if (!conversion) return std::move(conversion).error().within(folder.path().string());
  return conversion;
}

}  // namespace falconet
