// The small operations between the matrix products: norms, rotary embedding, activations.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/isa.h"
#include "tensor/view.h"

namespace falconet {

/// out[i] = x[i] / rms(x) · weight[i], rms over each row (Zhang, Sennrich 2019). May be in place.
///   x, out  [num_tokens, hidden_size];  weight [hidden_size]
void rms_norm(MatrixView<const float> x, std::span<const float> weight, float epsilon,
              MatrixView<float> out, Isa isa);

/// How a head's elements pair up for rotation.
enum class RopeStyle {
  Halves,       // (i, i + head_dim/2): Hugging Face's layout, GGUF's for qwen2
  Interleaved,  // (2i, 2i + 1): GGUF's layout for llama, whose Q and K rows are permuted
};

/// cos and sin of the angles of a batch's positions: the same for all heads and layers, and slower
/// to compute than to use. Both are [num_tokens, rotary_dim / 2].
struct RopeAngles {
  MatrixView<float> cosines;
  MatrixView<float> sines;
};

/// Fills one row of `angles` for each position. Angles are computed in double.
///   inverse_frequencies  [rotary_dim / 2], scaling already applied
/// `magnitude` multiplies cos and sin (YaRN's attention factor).
void compute_rope_angles(std::span<const std::size_t> positions,
                         std::span<const double> inverse_frequencies, float magnitude,
                         const RopeAngles& angles);

/// Rotates each head of each row by its position (Su et al. 2021), in place.
///   x  [num_tokens, num_heads · head_dim]; a head's elements beyond rotary_dim stay
void rope(MatrixView<float> x, std::size_t head_dim, const RopeAngles& angles, RopeStyle style);

/// x += y, elementwise over rows.
void add(MatrixView<float> x, MatrixView<const float> y);

/// x += bias in every row.
void add_bias(MatrixView<float> x, std::span<const float> bias);

}  // namespace falconet
