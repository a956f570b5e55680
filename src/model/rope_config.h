// Rotary position embedding as a checkpoint describes it, and the frequencies that follow from it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/metadata.h"
#include "base/result.h"
#include "kernels/elementwise.h"

namespace falconet {

/// How a model was stretched beyond the context it was first trained on.
enum class RopeScaling {
  None,
  Linear,  // every angle divided by factor (position interpolation, Chen et al. 2023)
  Ntk,     // a larger base: slow pairs are stretched, quick ones kept (bloc97 2023). "dynamic" in
           // files, whose base grows with the text; here it is that of the whole context from the
           // beginning, as in vLLM, since keys in the cache do not turn again
  Llama3,  // long wavelengths divided, short kept, a ramp between (Llama 3.1)
  Yarn,    // the same by a ramp over dimensions, and a magnitude (Peng et al. 2023, section 3)
};

struct RopeConfig {
  RopeStyle style = RopeStyle::Halves;
  std::size_t rotary_dim = 0;  // leading elements of a head that rotate
  double theta = 10000;
  RopeScaling scaling = RopeScaling::None;
  double factor = 1;
  std::size_t original_max_position_embeddings = 0;  // before the stretching
  double low_freq_factor = 1;                        // Llama3
  double high_freq_factor = 4;                       // Llama3
  double beta_fast = 32;                             // Yarn
  double beta_slow = 1;                              // Yarn
  double magnitude = 1;                              // multiplies cos and sin
};

/// Of GGUF's keys "<architecture>.rope.*". Llama 3's scaling is not among them: converters store
/// its result as the tensor rope_freqs.weight.
/// Errors: Corrupt (names the key), Unsupported (names the scaling).
Result<RopeConfig> rope_from_gguf(const Metadata& metadata, const std::string& architecture,
                                  std::size_t head_dim, std::size_t context_length);

/// Of config.json: rope_theta and rope_scaling, or rope_parameters as newer files have it.
Result<RopeConfig> rope_from_huggingface(const Json& config, std::size_t head_dim,
                                         std::size_t max_position_embeddings);

/// The keys that rope_from_gguf reads. Llama 3's scaling has none: see rope_divisors. That of Ntk
/// is in the base.
void set_rope_keys(const RopeConfig& rope, const std::string& architecture, Metadata& metadata);

/// What Llama 3's scaling divides each pair's frequency by, for the tensor rope_freqs.weight; empty
/// for other scalings.
std::vector<float> rope_divisors(const RopeConfig& rope);

/// Radians per position of each rotated pair, scaling applied: rotary_dim / 2 values. `divisors`
/// are the values of rope_freqs.weight, or empty.
std::vector<double> inverse_frequencies(const RopeConfig& rope, std::span<const float> divisors);

}  // namespace falconet
