// The panel kernel in plain C++: the twin of the intrinsics, and the path of CPUs without them.
#include <array>

#include "kernels/panels.h"
#include "tensor/half.h"

namespace falconet {
namespace {

using Lanes = std::array<float, kPanelRows>;

void multiply_codes(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                    std::size_t token, Lanes& sums) {
  const std::byte* group = w.panel(panel);
  const std::size_t num_groups = w.in_dim / w.form.group;
  const std::size_t half = w.form.group / 2;
  for (std::size_t g = 0; g < num_groups; ++g, group += w.group_bytes()) {
    const auto* scales = reinterpret_cast<const std::uint16_t*>(group);
    const auto* codes = reinterpret_cast<const std::uint8_t*>(scales) +
                        kPanelRows * sizeof(std::uint16_t) * (w.form.has_mins ? 2 : 1);
    const std::int8_t* a = x.row_codes(token) + g * w.form.group;
    const float scale = x.row_scales(token)[g * w.form.group / 32];
    std::int32_t sum = x.row_sums(token)[g * w.form.group / 16];
    if (w.form.group == 32) sum += x.row_sums(token)[g * 2 + 1];
    for (std::size_t lane = 0; lane < kPanelRows; ++lane) {
      std::int32_t dot = 0;
      for (std::size_t i = 0; i < w.form.group; ++i) {
        const std::size_t j = w.form.bits == 4 ? i % half : i;
        const std::uint8_t byte = codes[j / 4 * kPanelRows * 4 + lane * 4 + j % 4];
        const int code = w.form.bits == 8 ? byte : (i < half ? byte & 15 : byte >> 4);
        dot += code * a[i];
      }
      sums[lane] += f16_to_f32(scales[lane]) * scale * static_cast<float>(dot - w.form.zero * sum);
      if (w.form.has_mins) {
        sums[lane] -= f16_to_f32(scales[kPanelRows + lane]) * scale * static_cast<float>(sum);
      }
    }
  }
}

void multiply_elements(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t panel,
                       std::size_t token, Lanes& sums) {
  const float* values = x.values.row(token).data();
  for (std::size_t k = 0; k < w.in_dim; ++k) {
    for (std::size_t lane = 0; lane < kPanelRows; ++lane) {
      const std::size_t place = k * kPanelRows + lane;
      float element = 0;
      if (w.kind == PanelKind::Float) {
        element = reinterpret_cast<const float*>(w.panel(panel))[place];
      } else {
        const auto bits = reinterpret_cast<const std::uint16_t*>(w.panel(panel))[place];
        element = w.dtype == DType::BF16 ? bf16_to_f32(bits) : f16_to_f32(bits);
      }
      sums[lane] += values[k] * element;
    }
  }
}

}  // namespace

void matmul_panels_plain(const Activations::Impl& x, const PackedMatrix::Impl& w, std::size_t begin,
                         std::size_t end, MatrixView<float> out) {
  for (std::size_t panel = begin; panel < end; ++panel) {
    for (std::size_t token = 0; token < x.values.rows; ++token) {
      Lanes sums{};
      if (w.kind == PanelKind::Codes) {
        multiply_codes(x, w, panel, token, sums);
      } else {
        multiply_elements(x, w, panel, token, sums);
      }
      for (std::size_t lane = 0; lane < kPanelRows; ++lane) {
        const std::size_t row = panel * kPanelRows + lane;
        if (row >= w.out_dim) break;
        const float factor = w.kind == PanelKind::Codes ? w.row_factors[row] : 1.0f;
        out.row(token)[row] = sums[lane] * factor;
      }
    }
  }
}

}  // namespace falconet
