#include "kernels/matmul.h"

#include "kernels/kernel_table.h"
#include "kernels/panels.h"
#include "kernels/reference.h"

namespace falconet {
namespace {

void multiply_stored(const Activations::Impl& x, const PackedMatrix::Impl& w, MatrixView<float> out,
                     ThreadPool& pool) {
  const WeightView stored{w.dtype, w.out_dim, w.in_dim, {w.memory.data(), w.memory.size()}};
  matmul_reference(x.values, stored, out, pool);
}

void quantize(Activations::Impl& x, const KernelTable& kernels, ThreadPool& pool) {
  if (x.is_quantized) return;
  pool.parallel_for(x.values.rows, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = begin; row < end; ++row) kernels.quantize_row(x, row);
  });
  x.is_quantized = true;
}

}  // namespace

Activations::Activations(std::size_t max_tokens, std::size_t max_dim)
    : impl_(std::make_unique<Impl>()) {
  const std::size_t max_groups = max_tokens * (max_dim / kTileColumns);
  impl_->max_tokens = max_tokens;
  impl_->max_dim = max_dim;
  impl_->codes = AlignedBytes(max_tokens * max_dim);
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
}

MatrixView<const float> Activations::values() const { return impl_->values; }

void matmul(Activations& x, const PackedMatrix& w, MatrixView<float> out, ThreadPool& pool) {
  const PackedMatrix::Impl& packed = w.impl();
  Activations::Impl& input = x.impl();
  CHECK(input.values.cols == packed.in_dim && out.cols == packed.out_dim &&
            out.rows == input.values.rows,
        "matmul of [", input.values.rows, ", ", input.values.cols, "] with [", packed.out_dim, ", ",
        packed.in_dim, "]");
  if (packed.kind == PanelKind::Stored) return multiply_stored(input, packed, out, pool);
  const KernelTable& kernels = kernels_for(packed.isa);
  if (packed.kind == PanelKind::Codes) quantize(input, kernels, pool);
  pool.parallel_for(packed.num_panels(), 1, [&](std::size_t begin, std::size_t end) {
    kernels.multiply_panels(input, packed, begin, end, out);
  });
}

}  // namespace falconet
