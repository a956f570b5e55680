// The weights of a decoder, bound by name, checked for shape and packed for the chosen kernels.
#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "formats/checkpoint.h"
#include "kernels/matmul.h"
#include "model/config.h"

namespace falconet {

struct LayerWeights {
  std::vector<float> attention_norm;  // [hidden_size]
  PackedMatrix query;                 // [num_heads · head_dim, hidden_size]
  PackedMatrix key;                   // [num_kv_heads · head_dim, hidden_size]
  PackedMatrix value;                 // the same shape
  std::vector<float> query_bias;      // empty unless has_qkv_bias
  std::vector<float> key_bias;
  std::vector<float> value_bias;
  std::vector<float> query_norm;  // [head_dim], empty unless has_qk_norm
  std::vector<float> key_norm;
  PackedMatrix attention_output;  // [hidden_size, num_heads · head_dim]
  std::vector<float> ffn_norm;    // [hidden_size]
  PackedMatrix gate;              // [intermediate_size, hidden_size]
  PackedMatrix up;                // the same shape
  PackedMatrix down;              // [hidden_size, intermediate_size]
};

struct DecoderWeights {
  WeightView embedding;  // [vocab_size, hidden_size]: stays in the mapped file
  std::vector<LayerWeights> layers;
  std::vector<float> output_norm;    // [hidden_size]
  PackedMatrix head;                 // [vocab_size, hidden_size]
  std::vector<float> rope_divisors;  // [rotary_dim / 2] or empty
};

/// Views of the checkpoint stay in the result: it must live as long.
/// Errors: Corrupt naming the tensor, and the shape expected and found.
Result<DecoderWeights> bind_weights(const ModelConfig& config, const Checkpoint& checkpoint,
                                    Isa isa, ThreadPool& pool);

}  // namespace falconet
