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

/// Rotates each head of each row by its position (Su et al. 2021), in place.
///   x           [num_tokens, num_heads · head_dim]
///   positions   [num_tokens]
///   inverse_frequencies  [rotary_dim / 2], scaling already applied; later elements stay
/// Angles are computed in double. `magnitude` multiplies cos and sin (YaRN's attention factor).
void rope(MatrixView<float> x, std::size_t head_dim, std::span<const std::size_t> positions,
          std::span<const double> inverse_frequencies, float magnitude, RopeStyle style);

/// out = silu(gate) · up, elementwise over rows. May be in place on gate.
void silu_multiply(MatrixView<const float> gate, MatrixView<const float> up, MatrixView<float> out,
                   Isa isa);

/// x += y, elementwise over rows.
void add(MatrixView<float> x, MatrixView<const float> y);

/// x += bias in every row.
void add_bias(MatrixView<float> x, std::span<const float> bias);

}  // namespace falconet
