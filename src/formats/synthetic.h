// Models of a given shape with random weights, for measuring where real weights cannot be had.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

struct SyntheticShape {
  std::string_view name;
  std::string_view architecture;  // qwen2 has Q, K, V biases; qwen3 norms of Q and K
  std::size_t num_layers = 0;
  std::size_t hidden_size = 0;
  std::size_t intermediate_size = 0;
  std::size_t num_heads = 0;
  std::size_t num_kv_heads = 0;
  std::size_t head_dim = 0;
  std::size_t vocab_size = 0;
  std::size_t max_position_embeddings = 0;
  double rope_theta = 10000;
  double rms_norm_eps = 1e-6;
  bool tie_word_embeddings = false;
};

std::span<const SyntheticShape> synthetic_shapes();

struct SyntheticOptions {
  std::string shape = "deepseek-r1-distill-qwen-1.5b";
  std::string type = "q4_0";  // a quantization recipe
  std::uint64_t seed = 1;
};

/// Writes a GGUF file: normal weights of deviation 0.02, norms of 1, and a byte-level BPE tokenizer
/// that encodes any text. The same options give the same bytes.
/// Errors: InvalidArgument (unknown shape or type, listing those there are), file system.
Status write_synthetic_model(const SyntheticOptions& options, const std::filesystem::path& path);

}  // namespace falconet
