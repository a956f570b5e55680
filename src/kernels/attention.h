// Attention over the paged KV cache: online softmax, grouped query heads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/strong_id.h"
#include "base/thread_pool.h"
#include "kernels/elementwise.h"
#include "kernels/isa.h"
#include "tensor/view.h"

namespace falconet {

// Tokens per KV block. The last block of a sequence is half empty on average, so 16 wastes about
// 8 tokens a sequence.
constexpr std::size_t kBlockTokens = 16;

/// What elements of keys and values are kept as.
enum class KvType {
  F16,
  Q8_0,  // 8 bits and an f16 scale for each 32 elements of a head: 53 % of the memory
};

/// By the names that flags have: auto, f16 (float16, half), q8_0.
std::optional<KvType> kv_type_from_name(std::string_view name);

// Elements that share a scale; heads in Q8_0 are multiples of it.
constexpr std::size_t kKvGroup = 32;

/// Bytes of one head's keys, or values, in one block.
constexpr std::size_t kv_head_bytes(KvType type, std::size_t head_dim) {
  const std::size_t elements = kBlockTokens * head_dim;
  return type == KvType::F16 ? elements * 2 : elements + elements / kKvGroup * 2;
}

/// One layer's keys and values. Keys lie across, so that a register takes one element of several
/// tokens:
///   keys    [num_blocks, num_kv_heads] × [head_dim, kBlockTokens]
///   values  [num_blocks, num_kv_heads] × [kBlockTokens, head_dim]
/// A head of a block in Q8_0 has its int8 codes in that order, then its scales, for keys and values
/// alike [head_dim / kKvGroup, kBlockTokens].
struct KvLayerView {
  KvType type = KvType::F16;
  std::byte* keys = nullptr;
  std::byte* values = nullptr;
  std::size_t num_blocks = 0;
  std::size_t num_kv_heads = 0;
  std::size_t head_dim = 0;

  /// Where a head's keys, or values, in a block begin.
  std::size_t offset(std::size_t block, std::size_t kv_head) const {
    return (block * num_kv_heads + kv_head) * kv_head_bytes(type, head_dim);
  }
};

/// A run of rows of the batch that belong to one sequence.
struct SequenceSlice {
  std::size_t first_row = 0;             // in the batch
  std::size_t num_tokens = 0;            // rows, consecutive positions
  std::size_t first_position = 0;        // of the first row; earlier positions are in the cache
  std::span<const BlockId> block_table;  // covers first_position + num_tokens positions
  std::size_t rope_offset = 0;           // rows are rotated by their positions plus this
};

/// Writes rows of k and v, both [num_tokens, num_kv_heads · head_dim] f32, to their positions.
/// Elements beyond f16's range become its largest; a group of 32 in Q8_0 that holds one that is not
/// finite becomes NaN. Parallel over rows.
void store_kv(MatrixView<const float> k, MatrixView<const float> v,
              std::span<const SequenceSlice> slices, const KvLayerView& cache, ThreadPool& pool);

/// Rotates the keys of one block on, as if each stood so many positions later as `angles` (one row)
/// say; they are rounded again. What lies beyond rotary_dim stays.
void turn_keys(const KvLayerView& cache, BlockId block, const RopeAngles& angles, RopeStyle style);

/// Causal attention of each row over positions 0 … its own, whose keys and values are stored.
///   q    [num_tokens, num_heads · head_dim]  f32
///   out  the same shape, does not overlap q
/// Scores are scaled by `scale` (1/√head_dim). Query head h reads KV head h / (num_heads /
/// num_kv_heads). Parallel over rows and heads; a row's result does not depend on the batch.
void attention(MatrixView<const float> q, std::span<const SequenceSlice> slices,
               const KvLayerView& cache, float scale, MatrixView<float> out, Isa isa,
               ThreadPool& pool);

}  // namespace falconet
