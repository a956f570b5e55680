// Products of activations with stored weights of any type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/thread_pool.h"
#include "kernels/isa.h"
#include "tensor/view.h"

namespace falconet {

/// A weight matrix repacked for one instruction set: rows interleaved in panels that the kernel
/// streams from first byte to last.
class PackedMatrix {
 public:
  /// Copies and rearranges; `weight` may go away afterwards.
  static PackedMatrix pack(const WeightView& weight, Isa isa, ThreadPool& pool);

  PackedMatrix();
  PackedMatrix(PackedMatrix&&) noexcept;
  PackedMatrix& operator=(PackedMatrix&&) noexcept;
  ~PackedMatrix();

  std::size_t out_dim() const;
  std::size_t in_dim() const;
  DType dtype() const;

  /// Memory held: about the stored size.
  std::size_t num_bytes() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// The left operand of several products (Q, K, V; gate, up): quantized once for all of them, in
/// each form that a weight type asks for. Its buffers are sized once and reused.
class Activations {
 public:
  Activations(std::size_t max_tokens, std::size_t max_dim);
  Activations(Activations&&) noexcept;
  Activations& operator=(Activations&&) noexcept;
  ~Activations();

  /// x [num_tokens, dim] f32, must stay unchanged until the last product with it.
  void assign(MatrixView<const float> x);

  MatrixView<const float> values() const;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// out = x · wᵀ, summed in f32 (integer products inside a block are exact).
///   x    [num_tokens, in_dim]
///   w    [out_dim, in_dim]
///   out  [num_tokens, out_dim]  f32, does not overlap x
/// Parallel over out_dim. Mismatched shapes are bugs and are CHECKed. For each token the result
/// does not depend on the other tokens of the batch.
void matmul(Activations& x, const PackedMatrix& w, MatrixView<float> out, ThreadPool& pool);

struct Product {
  const PackedMatrix* w = nullptr;
  MatrixView<float> out;
};

/// Several products of the same x, the same bits as one after the other: workers meet once instead
/// of once a product, which is what small matrices (K and V of grouped heads) spend their time on.
void matmul(Activations& x, std::span<const Product> products, ThreadPool& pool);

/// gate = silu(x · gate_wᵀ) · (x · up_wᵀ); `up` is scratch of gate's shape. Both matrices have the
/// same shape. A worker multiplies the rows that it has just computed, while they are in its cache.
void gated_matmul(Activations& x, const Product& gate, const Product& up, ThreadPool& pool);

/// The elements of `num_rows` stored rows as f32, bit-exact with ggml's dequantization.
///   out  [row.size()/row_bytes, in_dim]
void dequantize_row(DType dtype, std::span<const std::byte> row, std::span<float> out);

}  // namespace falconet
