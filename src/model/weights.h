// A decoder's weights: found by name, checked against the config, packed for the kernels.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/checkpoint.h"
#include "formats/quantize_recipe.h"
#include "kernels/isa.h"
#include "kernels/matmul.h"
#include "model/config.h"
#include "tensor/view.h"

namespace falconet {

/// Vectors are empty where the architecture has no such tensor.
struct LayerWeights {
  std::vector<float> attention_norm;  // [hidden_size]
  PackedMatrix query;                 // [num_heads · head_dim, hidden_size]
  PackedMatrix key;                   // [num_kv_heads · head_dim, hidden_size]
  PackedMatrix value;                 // as key
  std::vector<float> query_bias;      // [num_heads · head_dim]
  std::vector<float> key_bias;        // [num_kv_heads · head_dim]
  std::vector<float> value_bias;      // as key_bias
  std::vector<float> query_norm;      // [head_dim]
  std::vector<float> key_norm;        // [head_dim]
  PackedMatrix attention_output;      // [hidden_size, num_heads · head_dim]
  std::vector<float> ffn_norm;        // [hidden_size]
  PackedMatrix gate;                  // [intermediate_size, hidden_size]
  PackedMatrix up;                    // as gate
  PackedMatrix down;                  // [hidden_size, intermediate_size]
};

struct DecoderWeights {
  WeightView embedding;  // [vocab_size, hidden_size]; the bytes belong to the checkpoint
  std::vector<LayerWeights> layers;
  std::vector<float> output_norm;    // [hidden_size]
  PackedMatrix head;                 // [vocab_size, hidden_size]
  std::vector<float> rope_divisors;  // [rotary_dim / 2], or empty
};

struct WeightOptions {
  Isa isa = Isa::Reference;
  /// Rounds F32, F16 and BF16 matrices to the recipe's types; quantized ones stay as they are, and
  /// so does the embedding, which is read in place.
  std::optional<Recipe> quantization;
  /// Called after each tensor with the bytes of tensors read so far and of all; may be empty.
  std::function<void(std::uint64_t num_bytes, std::uint64_t num_bytes_total)> on_progress;
};

/// Packs every tensor of the checkpoint and lets the system drop its pages, the embedding's
/// excepted: its rows are read where they lie.
/// Errors: Corrupt (names the tensor, the shape expected and the shape found; with quantization
/// also a value that is not finite), Unsupported (names a tensor that the architecture does not
/// have, so that no weight is silently left out).
Result<DecoderWeights> bind_weights(const ModelConfig& config, const Checkpoint& checkpoint,
                                    const WeightOptions& options, ThreadPool& pool);

}  // namespace falconet
