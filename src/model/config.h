// A decoder's shape and switches, read from either kind of checkpoint and checked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/metadata.h"
#include "base/result.h"
#include "formats/checkpoint.h"
#include "model/rope_config.h"

namespace falconet {

/// What sets one architecture apart from the others in the decoder.
struct Architecture {
  std::string_view name;      // GGUF's general.architecture and config.json's model_type
  bool has_qkv_bias = false;  // biases after the Q, K and V products
  bool has_qk_norm = false;   // RMS norm of each head of Q and K before rotation
  RopeStyle gguf_rope_style = RopeStyle::Halves;  // a folder always has Halves
};

/// Every product of dimensions stays far from overflow once it is validated.
struct ModelConfig {
  std::string architecture;
  std::size_t hidden_size = 0;
  std::size_t num_layers = 0;
  std::size_t num_heads = 0;
  std::size_t num_kv_heads = 0;
  std::size_t head_dim = 0;
  std::size_t intermediate_size = 0;
  std::size_t vocab_size = 0;  // rows of the embedding; a tokenizer may know fewer
  std::size_t max_position_embeddings = 0;
  double rms_norm_eps = 0;
  RopeConfig rope;
  bool tie_word_embeddings = false;  // the head is the embedding
  bool has_qkv_bias = false;
  bool has_qk_norm = false;

  std::size_t q_dim() const { return num_heads * head_dim; }
  std::size_t kv_dim() const { return num_kv_heads * head_dim; }
};

/// From GGUF's keys "<architecture>.*". The number of tokens stands in for vocab_size where that
/// key is missing, and tie_word_embeddings is left false: both follow from the tensors.
/// Errors: Corrupt (names the key), Unsupported.
Result<ModelConfig> config_from_gguf(const Architecture& architecture, const Metadata& metadata);

/// From config.json. Errors: Corrupt (names the key), Unsupported.
Result<ModelConfig> config_from_huggingface(const Architecture& architecture, const Json& config);

/// From the checkpoint's description, completed by what its tensors say: the embedding's rows, and
/// whether there is a head.
Result<ModelConfig> read_config(const Architecture& architecture, const Checkpoint& checkpoint);

/// The keys that config_from_gguf reads, "general.architecture" among them.
void set_config_keys(const ModelConfig& config, Metadata& metadata);

}  // namespace falconet
