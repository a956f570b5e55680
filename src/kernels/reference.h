// Scalar twins: what every fast kernel is compared with. Sums are taken in double.
#pragma once

#include <span>

#include "base/thread_pool.h"
#include "kernels/attention.h"
#include "tensor/view.h"

namespace falconet {

/// x · wᵀ with dequantized weights; x as it is.
void matmul_reference(MatrixView<const float> x, const WeightView& w, MatrixView<float> out,
                      ThreadPool& pool);

/// Its columns [begin, end) alone: those of the weights' rows.
void matmul_rows_reference(MatrixView<const float> x, const WeightView& w, std::size_t begin,
                           std::size_t end, MatrixView<float> out);

/// x as products with quantized weights see it: each 32 elements rounded to multiples of their
/// largest magnitude / 127. `out` has the shape of x.
void quantize_reference(MatrixView<const float> x, MatrixView<float> out);

enum class KvSide { Key, Value };

struct CachedPlace {
  KvSide side = KvSide::Key;
  std::size_t block = 0;
  std::size_t kv_head = 0;
  std::size_t token = 0;    // in the block
  std::size_t element = 0;  // of the head
};

/// What the cache holds there.
float cached_element(const KvLayerView& cache, const CachedPlace& place);

/// Softmax attention of one query head over the first `num_visible` tokens of a sequence.
///   query, out  [head_dim]
void attention_reference(std::span<const float> query, const SequenceSlice& slice,
                         const KvLayerView& cache, std::size_t kv_head, std::size_t num_visible,
                         float scale, std::span<float> out);

void rms_norm_reference(std::span<const float> x, std::span<const float> weight, float epsilon,
                        std::span<float> out);

void silu_multiply_reference(std::span<const float> gate, std::span<const float> up,
                             std::span<float> out);

}  // namespace falconet
