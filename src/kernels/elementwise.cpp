#include "kernels/elementwise.h"

#include <cmath>

#include "base/check.h"
#include "kernels/kernel_table.h"

namespace falconet {

void rms_norm(MatrixView<const float> x, std::span<const float> weight, float epsilon,
              MatrixView<float> out, Isa isa) {
  CHECK(x.cols == weight.size() && out.cols == x.cols && out.rows == x.rows);
  const KernelTable& kernels = kernels_for(isa);
  for (std::size_t r = 0; r < x.rows; ++r) {
    kernels.rms_norm_row(x.row(r), weight, epsilon, out.row(r));
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
                   Isa isa) {
  CHECK(gate.rows == up.rows && gate.cols == up.cols && out.cols == gate.cols);
  const KernelTable& kernels = kernels_for(isa);
  for (std::size_t r = 0; r < gate.rows; ++r) {
    kernels.silu_multiply_row(gate.row(r), up.row(r), out.row(r));
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
