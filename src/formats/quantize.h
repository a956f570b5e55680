// Writes a checkpoint anew with its weights in other types.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metadata.h"
#include "base/result.h"
#include "formats/checkpoint.h"
#include "formats/quantize_recipe.h"

namespace falconet {

/// How a Hugging Face tensor stands in a GGUF file.
struct GgufPlace {
  std::string name;
  /// Above 0 for the Q and K matrices of llama models: GGUF keeps each head's rows so that the two
  /// halves that rotate together alternate.
  std::size_t num_interleaved_heads = 0;
};

/// A vector that the folder does not store, such as rope_freqs.weight.
struct GgufVector {
  std::string name;
  std::vector<float> values;
};

/// What a folder needs to become a GGUF file.
struct GgufConversion {
  Metadata metadata;
  /// Nothing for tensors that are left out.
  std::function<std::optional<GgufPlace>(const StoredTensor&)> place = {};
  std::vector<GgufVector> added = {};
};

struct QuantizeProgress {
  std::string_view tensor;  // about to be written
  std::size_t num_done = 0;
  std::size_t num_tensors = 0;
};

struct QuantizeOptions {
  int num_threads = 1;
  std::function<void(const QuantizeProgress&)> report = {};  // may be empty
  const GgufConversion* conversion = nullptr;                // wanted for a folder
};

/// Writes a GGUF file; nothing stands under `path` until it is whole.
/// Errors: InvalidArgument (a folder without conversion), Corrupt (a weight that is not finite,
/// naming tensor and row), and those of the file system.
Status quantize_checkpoint(const Checkpoint& source, const Recipe& recipe,
                           const std::filesystem::path& path, const QuantizeOptions& options = {});

}  // namespace falconet
