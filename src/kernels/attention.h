// Attention over the paged KV cache: online softmax, grouped query heads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/strong_id.h"
#include "base/thread_pool.h"
#include "kernels/isa.h"
#include "tensor/view.h"

namespace falconet {

// Tokens per KV block. The last block of a sequence is half empty on average, so 16 wastes about
// 8 tokens a sequence.
constexpr std::size_t kBlockTokens = 16;

/// One layer's keys and values in f16. Keys lie across, so that a register takes one element of
/// several tokens:
///   keys    [num_blocks, num_kv_heads, head_dim, kBlockTokens]
///   values  [num_blocks, num_kv_heads, kBlockTokens, head_dim]
struct KvLayerView {
  std::uint16_t* keys = nullptr;
  std::uint16_t* values = nullptr;
  std::size_t num_blocks = 0;
  std::size_t num_kv_heads = 0;
  std::size_t head_dim = 0;
};

/// A run of rows of the batch that belong to one sequence.
struct SequenceSlice {
  std::size_t first_row = 0;             // in the batch
  std::size_t num_tokens = 0;            // rows, consecutive positions
  std::size_t first_position = 0;        // of the first row; earlier positions are in the cache
  std::span<const BlockId> block_table;  // covers first_position + num_tokens positions
};

/// Writes rows of k and v, both [num_tokens, num_kv_heads · head_dim] f32, to their positions.
/// Elements beyond f16's range become its largest. Parallel over rows.
void store_kv(MatrixView<const float> k, MatrixView<const float> v,
              std::span<const SequenceSlice> slices, const KvLayerView& cache, ThreadPool& pool);

/// Causal attention of each row over positions 0 … its own, whose keys and values are stored.
///   q    [num_tokens, num_heads · head_dim]  f32
///   out  the same shape, does not overlap q
/// Scores are scaled by `scale` (1/√head_dim). Query head h reads KV head h / (num_heads /
/// num_kv_heads). Parallel over rows and heads; a row's result does not depend on the batch.
void attention(MatrixView<const float> q, std::span<const SequenceSlice> slices,
               const KvLayerView& cache, float scale, MatrixView<float> out, Isa isa,
               ThreadPool& pool);

}  // namespace falconet
