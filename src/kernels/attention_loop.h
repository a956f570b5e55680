// The attention loop, compiled once for each instruction set by the files that include it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/attention.h"

namespace falconet {

// Query rows of a slice that share one pass over its keys and values.
constexpr std::size_t kQueryRows = 8;

/// One unit of work: some rows of a slice with one KV head.
struct AttentionTask {
  std::size_t slice = 0;
  std::size_t first_row = 0;  // within the slice
  std::size_t num_rows = 0;
  std::size_t kv_head = 0;
};

/// e^x for x ≤ 0, relative error under 2e-7: 2^n · a polynomial on [−ln2/2, ln2/2] (Cephes expf).
inline float exp_of_nonpositive(float x) {
  x = std::max(x, -87.0f);
  const float n = std::floor(x * 1.44269504f + 0.5f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const auto bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

/// Online softmax (Milakov, Gimelshein 2018) over the KV blocks of a task. Convert::run turns f16
/// bits into f32. The sums of a row run over its own positions in order, whatever else is computed.
template <class Convert>
void run_attention_task(MatrixView<const float> q, const SequenceSlice& slice,
                        const AttentionTask& task, const KvLayerView& cache, float scale,
                        MatrixView<float> out) {
  const std::size_t head_dim = cache.head_dim;
  const std::size_t heads_per_kv = q.cols / head_dim / cache.num_kv_heads;
  const std::size_t num_queries = task.num_rows * heads_per_kv;
  std::vector<float> keys(kBlockTokens * head_dim);    // transposed: [head_dim][kBlockTokens]
  std::vector<float> values(kBlockTokens * head_dim);  // [kBlockTokens][head_dim]
  std::vector<float> sums(num_queries * head_dim, 0.0f);
  std::vector<float> maxima(num_queries, -std::numeric_limits<float>::infinity());
  std::vector<float> totals(num_queries, 0.0f);
  std::vector<float> row(head_dim);

  const std::size_t last = slice.first_position + task.first_row + task.num_rows;  // one past
  for (std::size_t start = 0; start < last; start += kBlockTokens) {
    const auto block = static_cast<std::size_t>(slice.block_table[start / kBlockTokens].value);
    const std::size_t offset =
        (block * cache.num_kv_heads + task.kv_head) * kBlockTokens * head_dim;
    const std::size_t num_stored = std::min(kBlockTokens, last - start);
    for (std::size_t t = 0; t < num_stored; ++t) {
      Convert::run(cache.keys + offset + t * head_dim, row.data(), head_dim);
      for (std::size_t d = 0; d < head_dim; ++d) keys[d * kBlockTokens + t] = row[d];
    }
    Convert::run(cache.values + offset, values.data(), num_stored * head_dim);

    for (std::size_t i = 0; i < num_queries; ++i) {
      const std::size_t position = slice.first_position + task.first_row + i / heads_per_kv;
      if (position < start) continue;
      const std::size_t count = std::min(kBlockTokens, position + 1 - start);
      const float* query = q.row(slice.first_row + task.first_row + i / heads_per_kv).data() +
                           (task.kv_head * heads_per_kv + i % heads_per_kv) * head_dim;
      float scores[kBlockTokens] = {};
      for (std::size_t d = 0; d < head_dim; ++d) {
        const float element = query[d];
        for (std::size_t t = 0; t < kBlockTokens; ++t) {
          scores[t] += element * keys[d * kBlockTokens + t];
        }
      }
      float maximum = maxima[i];
      for (std::size_t t = 0; t < count; ++t) maximum = std::max(maximum, scores[t] * scale);
      for (std::size_t t = 0; t < kBlockTokens; ++t) {
        scores[t] = t < count ? exp_of_nonpositive(scores[t] * scale - maximum) : 0.0f;
      }
      float* sum = sums.data() + i * head_dim;
      if (maximum != maxima[i]) {
        const float shrink = totals[i] == 0 ? 0.0f : exp_of_nonpositive(maxima[i] - maximum);
        totals[i] *= shrink;
        for (std::size_t d = 0; d < head_dim; ++d) sum[d] *= shrink;
        maxima[i] = maximum;
      }
      for (std::size_t t = 0; t < count; ++t) {
        totals[i] += scores[t];
        const float* value = values.data() + t * head_dim;
        for (std::size_t d = 0; d < head_dim; ++d) sum[d] += scores[t] * value[d];
      }
    }
  }
  for (std::size_t i = 0; i < num_queries; ++i) {
    float* target = out.row(slice.first_row + task.first_row + i / heads_per_kv).data() +
                    (task.kv_head * heads_per_kv + i % heads_per_kv) * head_dim;
    const float inverse = 1.0f / totals[i];
    for (std::size_t d = 0; d < head_dim; ++d) target[d] = sums[i * head_dim + d] * inverse;
  }
}

using AttentionKernel = void (*)(MatrixView<const float> q, const SequenceSlice& slice,
                                 const AttentionTask& task, const KvLayerView& cache, float scale,
                                 MatrixView<float> out);

#if defined(__x86_64__)
void attention_task_avx512(MatrixView<const float> q, const SequenceSlice& slice,
                           const AttentionTask& task, const KvLayerView& cache, float scale,
                           MatrixView<float> out);
#endif

}  // namespace falconet
