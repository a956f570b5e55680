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

void compute_rope_angles(std::span<const std::size_t> positions,
                         std::span<const double> inverse_frequencies, float magnitude,
                         const RopeAngles& angles) {
  const std::size_t num_pairs = inverse_frequencies.size();
  CHECK(angles.cosines.rows == positions.size() && angles.cosines.cols == num_pairs);
  CHECK(angles.sines.rows == positions.size() && angles.sines.cols == num_pairs);
  for (std::size_t r = 0; r < positions.size(); ++r) {
    for (std::size_t i = 0; i < num_pairs; ++i) {
      const double angle = static_cast<double>(positions[r]) * inverse_frequencies[i];
      angles.cosines.row(r)[i] = static_cast<float>(std::cos(angle)) * magnitude;
      angles.sines.row(r)[i] = static_cast<float>(std::sin(angle)) * magnitude;
    }
  }
}

void rope(MatrixView<float> x, std::size_t head_dim, const RopeAngles& angles, RopeStyle style) {
  const std::size_t num_pairs = angles.cosines.cols;
  CHECK(angles.cosines.rows == x.rows && x.cols % head_dim == 0 && num_pairs * 2 <= head_dim);
  const std::size_t step = style == RopeStyle::Halves ? 1 : 2;
  const std::size_t distance = style == RopeStyle::Halves ? num_pairs : 1;
  for (std::size_t r = 0; r < x.rows; ++r) {
    const float* cosines = angles.cosines.row(r).data();
    const float* sines = angles.sines.row(r).data();
    for (float* head = x.row(r).data(); head < x.row(r).data() + x.cols; head += head_dim) {
      for (std::size_t i = 0; i < num_pairs; ++i) {
        float& a = head[i * step];
        float& b = head[i * step + distance];
        const float first = a;
        const float second = b;
        a = first * cosines[i] - second * sines[i];
        b = first * sines[i] + second * cosines[i];
      }
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
