#include "kernels/elementwise.h"

#include <array>
#include <cmath>

#include "base/check.h"

namespace falconet {

void rms_norm(MatrixView<const float> x, std::span<const float> weight, float epsilon,
              MatrixView<float> out, Isa) {
  CHECK(x.cols == weight.size() && out.cols == x.cols && out.rows == x.rows);
  for (std::size_t r = 0; r < x.rows; ++r) {
    const float* values = x.row(r).data();
    double sum = 0;
    for (std::size_t i = 0; i < x.cols; ++i) {
      sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    const auto scale = static_cast<float>(
        1.0 / std::sqrt(sum / static_cast<double>(x.cols) + static_cast<double>(epsilon)));
    float* target = out.row(r).data();
    for (std::size_t i = 0; i < x.cols; ++i) target[i] = values[i] * scale * weight[i];
  }
}

void rope(MatrixView<float> x, std::size_t head_dim, std::span<const std::size_t> positions,
          std::span<const double> inverse_frequencies, float magnitude, RopeStyle style) {
  CHECK(positions.size() == x.rows && x.cols % head_dim == 0);
  CHECK(inverse_frequencies.size() * 2 <= head_dim);
  const std::size_t num_pairs = inverse_frequencies.size();
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t i = 0; i < num_pairs; ++i) {
      const double angle = static_cast<double>(positions[r]) * inverse_frequencies[i];
      const auto cosine = static_cast<float>(std::cos(angle)) * magnitude;
      const auto sine = static_cast<float>(std::sin(angle)) * magnitude;
      const std::size_t a = style == RopeStyle::Halves ? i : 2 * i;
      const std::size_t b = style == RopeStyle::Halves ? i + num_pairs : 2 * i + 1;
      for (float* head = x.row(r).data(); head < x.row(r).data() + x.cols; head += head_dim) {
        const float first = head[a];
        const float second = head[b];
        head[a] = first * cosine - second * sine;
        head[b] = first * sine + second * cosine;
      }
    }
  }
}

void silu_multiply(MatrixView<const float> gate, MatrixView<const float> up, MatrixView<float> out,
                   Isa) {
  CHECK(gate.rows == up.rows && gate.cols == up.cols && out.cols == gate.cols);
  for (std::size_t r = 0; r < gate.rows; ++r) {
    for (std::size_t i = 0; i < gate.cols; ++i) {
      const float g = gate.row(r)[i];
      out.row(r)[i] = g / (1.0f + std::exp(-g)) * up.row(r)[i];
    }
  }
}

void add(MatrixView<float> x, MatrixView<const float> y) {
  CHECK(x.rows == y.rows && x.cols == y.cols);
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t i = 0; i < x.cols; ++i) x.row(r)[i] += y.row(r)[i];
  }
}

void add_bias(MatrixView<float> x, std::span<const float> bias) {
  CHECK(x.cols == bias.size());
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t i = 0; i < x.cols; ++i) x.row(r)[i] += bias[i];
  }
}

}  // namespace falconet
