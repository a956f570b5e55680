#include "kernels/matmul.h"

#include <algorithm>

#include "kernels/kernel_table.h"
#include "kernels/panels.h"
#include "kernels/reference.h"

namespace falconet {
namespace {

void quantize(Activations::Impl& x, const KernelTable& kernels, ThreadPool& pool) {
  if (x.is_quantized) return;
  pool.parallel_for(x.values.rows, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) kernels.quantize_row(x, row);
  });
  x.is_quantized = true;
}

void round_to_bf16(Activations::Impl& x, const KernelTable& kernels, ThreadPool& pool) {
  if (x.is_rounded) return;
  pool.parallel_for(x.values.rows, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) kernels.round_row(x, row);
  });
  x.is_rounded = true;
}

std::size_t panels_of(const Product& product) { return product.w->impl().num_panels(); }

/// Checks the shapes and gives the activations the form that the weights ask for.
void prepare(Activations::Impl& x, const Product& product, ThreadPool& pool) {
  const PackedMatrix::Impl& w = product.w->impl();
  CHECK(x.values.cols == w.in_dim && product.out.cols == w.out_dim &&
            product.out.rows == x.values.rows,
        "matmul of [", x.values.rows, ", ", x.values.cols, "] with [", w.out_dim, ", ", w.in_dim,
        "]");
  if (w.kind == PanelKind::Codes) quantize(x, kernels_for(w.isa), pool);
  if (w.kind == PanelKind::Pairs) round_to_bf16(x, kernels_for(w.isa), pool);
}

/// Rows of the result that panels [begin, end) hold.
void multiply(const Activations::Impl& x, const Product& product, std::size_t begin,
              std::size_t end) {
  const PackedMatrix::Impl& w = product.w->impl();
  if (w.kind == PanelKind::Stored) {
    const WeightView stored{w.dtype, w.out_dim, w.in_dim, {w.memory.data(), w.memory.size()}};
    const std::size_t first = begin * kPanelRows;
    matmul_rows_reference(x.values, stored, first, std::min(end * kPanelRows, w.out_dim),
                          product.out);
  } else {
    kernels_for(w.isa).multiply_panels(x, w, begin, end, product.out);
  }
}

}  // namespace

Activations::Activations(std::size_t max_tokens, std::size_t max_dim)
    : impl_(std::make_unique<Impl>()) {
  const std::size_t max_groups = max_tokens * (max_dim / kTileColumns);
  impl_->max_tokens = max_tokens;
  impl_->max_dim = max_dim;
  impl_->codes = AlignedBytes(max_tokens * max_dim);
  impl_->halves = AlignedBytes(max_tokens * num_pairs(max_dim) * sizeof(std::uint32_t));
  impl_->scales.resize(max_groups);
  impl_->minus_sums.resize(max_groups * 3);
}
Activations::Activations(Activations&&) noexcept = default;
Activations& Activations::operator=(Activations&&) noexcept = default;
Activations::~Activations() = default;

void Activations::assign(MatrixView<const float> x) {
  CHECK(x.rows <= impl_->max_tokens && x.cols <= impl_->max_dim, x.rows, " × ", x.cols);
  impl_->values = x;
  impl_->is_quantized = false;
  impl_->is_rounded = false;
}

MatrixView<const float> Activations::values() const { return impl_->values; }

void matmul(Activations& x, const PackedMatrix& w, MatrixView<float> out, ThreadPool& pool) {
  const Product product{&w, out};
  matmul(x, {&product, 1}, pool);
}

void matmul(Activations& x, std::span<const Product> products, ThreadPool& pool) {
  std::size_t num_panels = 0;
  for (const Product& product : products) {
    prepare(x.impl(), product, pool);
    num_panels += panels_of(product);
  }
  pool.parallel_for(num_panels, 1, [&](std::size_t begin, std::size_t end) {
    std::size_t first = 0;  // of the product, among all panels
    for (const Product& product : products) {
      const std::size_t last = first + panels_of(product);
      if (begin < last && first < end) {
        multiply(x.impl(), product, std::max(begin, first) - first, std::min(end, last) - first);
      }
      first = last;
    }
  });
}

void gated_matmul(Activations& x, const Product& gate, const Product& up, ThreadPool& pool) {
  const PackedMatrix::Impl& w = gate.w->impl();
  CHECK(up.w->impl().out_dim == w.out_dim);
  prepare(x.impl(), gate, pool);
  prepare(x.impl(), up, pool);
  const KernelTable& kernels = kernels_for(w.isa);
  pool.parallel_for(w.num_panels(), 1, [&](std::size_t begin, std::size_t end) {
    multiply(x.impl(), gate, begin, end);
    multiply(x.impl(), up, begin, end);
    const std::size_t column = begin * kPanelRows;
    const std::size_t count = std::min(end * kPanelRows, w.out_dim) - column;
    for (std::size_t row = 0; row < gate.out.rows; ++row) {
      const auto gates = gate.out.row(row).subspan(column, count);
      kernels.silu_multiply_row(gates, up.out.row(row).subspan(column, count), gates);
    }
  });
}

}  // namespace falconet
