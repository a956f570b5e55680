#include "kernels/matmul.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/panels.h"
#include "kernels/reference.h"
#include "tensor/half.h"

namespace falconet {
namespace {

PanelKind kind_for(DType dtype, Isa isa) {
  if (isa == Isa::Reference) return PanelKind::Stored;
  if (code_form(dtype)) return PanelKind::Codes;
  if (dtype == DType::F16 || dtype == DType::BF16) return PanelKind::Half;
  return PanelKind::Float;
}

PanelKernel kernel_for(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::Avx512Vnni) return &matmul_panels_avx512;
  if (isa == Isa::Avx2) return &matmul_panels_avx2;
#endif
  (void)isa;
  return &matmul_panels_plain;
}

/// f16 has 11 bits but a small range, so a row's scales are divided by their largest first. Types
/// whose scales are f16 in the file keep them as they are.
float factor_of(const RowCodes& row, DType dtype) {
  if (traits(dtype).block_size == 32) return 1.0f;
  float largest = 0;
  for (const float scale : row.scales) largest = std::max(largest, std::fabs(scale));
  for (const float min : row.mins) largest = std::max(largest, std::fabs(min));
  return largest > 0 ? largest : 1.0f;
}

/// Puts one row's codes into lane `lane` of its panel.
void place_codes(PackedMatrix::Impl& w, const RowCodes& row, std::size_t panel, std::size_t lane) {
  const float factor = factor_of(row, w.dtype);
  w.row_factors[panel * kPanelRows + lane] = factor;
  std::byte* group = w.memory.data() + panel * w.panel_bytes;
  for (std::size_t g = 0; g < row.scales.size(); ++g, group += w.group_bytes()) {
    auto* scales = reinterpret_cast<std::uint16_t*>(group);
    scales[lane] = f32_to_f16(row.scales[g] / factor);
    if (w.form.has_mins) scales[kPanelRows + lane] = f32_to_f16(row.mins[g] / factor);
    auto* codes = reinterpret_cast<std::uint8_t*>(scales + kPanelRows * (w.form.has_mins ? 2 : 1));
    const std::uint8_t* source = row.codes.data() + g * w.form.group;
    // Four consecutive codes of a row side by side, the rows' fours one after the other: what
    // vpdpbusd multiplies with a broadcast of four activations.
    for (std::size_t i = 0; i < w.form.group; ++i) {
      if (w.form.bits == 8) {
        codes[i / 4 * kPanelRows * 4 + lane * 4 + i % 4] = source[i];
      } else {
        // The second half of the group in the high nibbles.
        const std::size_t j = i % (w.form.group / 2);
        std::uint8_t& byte = codes[j / 4 * kPanelRows * 4 + lane * 4 + j % 4];
        byte =
            static_cast<std::uint8_t>(i < w.form.group / 2 ? source[i] : byte | (source[i] << 4));
      }
    }
  }
}

template <class Element>
void place_elements(PackedMatrix::Impl& w, const Element* row, std::size_t panel,
                    std::size_t lane) {
  auto* elements = reinterpret_cast<Element*>(w.memory.data() + panel * w.panel_bytes);
  for (std::size_t k = 0; k < w.in_dim; ++k) elements[k * kPanelRows + lane] = row[k];
}

void pack_panel(PackedMatrix::Impl& w, const WeightView& weight, std::size_t panel) {
  RowCodes codes;
  std::vector<float> floats;
  std::vector<std::uint16_t> halves;
  std::memset(w.memory.data() + panel * w.panel_bytes, 0, w.panel_bytes);
  for (std::size_t lane = 0; lane < kPanelRows; ++lane) {
    const std::size_t row = panel * kPanelRows + lane;
    if (row >= w.out_dim) return;
    if (w.kind == PanelKind::Codes) {
      unpack_row(w.dtype, weight.row(row), w.in_dim, codes);
      place_codes(w, codes, panel, lane);
    } else if (w.kind == PanelKind::Half) {
      halves.resize(w.in_dim);
      std::memcpy(halves.data(), weight.row(row).data(), w.in_dim * sizeof(std::uint16_t));
      place_elements(w, halves.data(), panel, lane);
    } else {
      floats.resize(w.in_dim);
      dequantize_row(w.dtype, weight.row(row), floats);
      place_elements(w, floats.data(), panel, lane);
    }
  }
}

void multiply_stored(const Activations::Impl& x, const PackedMatrix::Impl& w, MatrixView<float> out,
                     ThreadPool& pool) {
  const WeightView stored{w.dtype, w.out_dim, w.in_dim, {w.memory.data(), w.memory.size()}};
  matmul_reference(x.values, stored, out, pool);
}

}  // namespace

void matmul_reference(MatrixView<const float> x, const WeightView& w, MatrixView<float> out,
                      ThreadPool& pool) {
  pool.parallel_for(w.out_dim, 1, [&](std::size_t begin, std::size_t end) {
    std::vector<float> row(w.in_dim);
    for (std::size_t o = begin; o < end; ++o) {
      dequantize_row(w.dtype, w.row(o), row);
      for (std::size_t token = 0; token < x.rows; ++token) {
        const std::span<const float> values = x.row(token);
        double sum = 0;
        for (std::size_t k = 0; k < w.in_dim; ++k) {
          sum += static_cast<double>(values[k]) * static_cast<double>(row[k]);
        }
        out.row(token)[o] = static_cast<float>(sum);
      }
    }
  });
}

PackedMatrix PackedMatrix::pack(const WeightView& weight, Isa isa, ThreadPool& pool) {
  CHECK(weight.bytes.size() == weight.out_dim * row_bytes(weight.dtype, weight.in_dim));
  auto impl = std::make_unique<Impl>();
  impl->dtype = weight.dtype;
  impl->out_dim = weight.out_dim;
  impl->in_dim = weight.in_dim;
  impl->kind = kind_for(weight.dtype, isa);
  impl->isa = isa;
  PackedMatrix packed;
  if (impl->kind == PanelKind::Stored) {
    impl->memory = AlignedBytes(weight.bytes.size());
    std::memcpy(impl->memory.data(), weight.bytes.data(), weight.bytes.size());
    packed.impl_ = std::move(impl);
    return packed;
  }
  if (impl->kind == PanelKind::Codes) {
    impl->form = *code_form(weight.dtype);
    impl->panel_bytes = weight.in_dim / impl->form.group * impl->group_bytes();
    impl->row_factors.assign(impl->num_panels() * kPanelRows, 1.0f);
  } else {
    impl->panel_bytes = weight.in_dim * kPanelRows * (impl->kind == PanelKind::Half ? 2 : 4);
  }
  impl->memory = AlignedBytes(impl->num_panels() * impl->panel_bytes);
  pool.parallel_for(impl->num_panels(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t panel = begin; panel < end; ++panel) pack_panel(*impl, weight, panel);
  });
  packed.impl_ = std::move(impl);
  return packed;
}

PackedMatrix::PackedMatrix() = default;
PackedMatrix::PackedMatrix(PackedMatrix&&) noexcept = default;
PackedMatrix& PackedMatrix::operator=(PackedMatrix&&) noexcept = default;
PackedMatrix::~PackedMatrix() = default;

std::size_t PackedMatrix::out_dim() const { return impl_->out_dim; }
std::size_t PackedMatrix::in_dim() const { return impl_->in_dim; }
DType PackedMatrix::dtype() const { return impl_->dtype; }
std::size_t PackedMatrix::num_bytes() const {
  return impl_->memory.size() + impl_->row_factors.size() * sizeof(float);
}

Activations::Activations(std::size_t max_tokens, std::size_t max_dim)
    : impl_(std::make_unique<Impl>()) {
  impl_->max_tokens = max_tokens;
  impl_->max_dim = max_dim;
  impl_->codes = AlignedBytes(max_tokens * max_dim + 64);
  impl_->scales.resize(max_tokens * (max_dim / 32 + 1));
  impl_->sums.resize(max_tokens * (max_dim / 16 + 1));
}
Activations::Activations(Activations&&) noexcept = default;
Activations& Activations::operator=(Activations&&) noexcept = default;
Activations::~Activations() = default;

void Activations::assign(MatrixView<const float> x) {
  CHECK(x.rows <= impl_->max_tokens && x.cols <= impl_->max_dim, x.rows, " × ", x.cols);
  impl_->values = x;
  impl_->is_quantized = false;
}

MatrixView<const float> Activations::values() const { return impl_->values; }

void quantize_activations(Activations::Impl& x, ThreadPool& pool) {
  if (x.is_quantized) return;
  const std::size_t num_groups = x.values.cols / 32;
  pool.parallel_for(x.values.rows, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) {
      const float* values = x.values.row(row).data();
      auto* codes = const_cast<std::int8_t*>(x.row_codes(row));
      for (std::size_t g = 0; g < num_groups; ++g, values += 32, codes += 32) {
        float largest = 0;
        for (int i = 0; i < 32; ++i) largest = std::max(largest, std::fabs(values[i]));
        const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
        std::int32_t sums[2] = {0, 0};
        for (int i = 0; i < 32; ++i) {
          const auto code = static_cast<std::int32_t>(std::lrintf(values[i] * inverse));
          codes[i] = static_cast<std::int8_t>(code);
          sums[i / 16] += code;
        }
        x.scales[row * num_groups + g] = largest / 127.0f;
        x.sums[(row * num_groups + g) * 2] = sums[0];
        x.sums[(row * num_groups + g) * 2 + 1] = sums[1];
      }
    }
  });
  x.is_quantized = true;
}

void matmul(Activations& x, const PackedMatrix& w, MatrixView<float> out, ThreadPool& pool) {
  const PackedMatrix::Impl& packed = w.impl();
  Activations::Impl& input = x.impl();
  CHECK(input.values.cols == packed.in_dim && out.cols == packed.out_dim &&
            out.rows == input.values.rows,
        "matmul of [", input.values.rows, ", ", input.values.cols, "] with [", packed.out_dim, ", ",
        packed.in_dim, "]");
  if (packed.kind == PanelKind::Stored) return multiply_stored(input, packed, out, pool);
  if (packed.kind == PanelKind::Codes) quantize_activations(input, pool);
  const PanelKernel kernel = kernel_for(packed.isa);
  pool.parallel_for(packed.num_panels(), 1, [&](std::size_t begin, std::size_t end) {
    kernel(input, packed, begin, end, out);
  });
}

}  // namespace falconet
