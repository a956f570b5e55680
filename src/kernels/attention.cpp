#include "kernels/attention.h"

#include <algorithm>
#include <atomic>

#include "base/check.h"
#include "kernels/kernel_table.h"
#include "tensor/half.h"

namespace falconet {
namespace {

constexpr float kLargestHalf = 65504.0f;

std::uint16_t to_half(float value) {
  return f32_to_f16(std::clamp(value, -kLargestHalf, kLargestHalf));
}

/// One row's keys and values, to `position` of its sequence.
void store_row(const float* key, const float* value, std::size_t position,
               const SequenceSlice& slice, const KvLayerView& cache) {
  const auto block = static_cast<std::size_t>(slice.block_table[position / kBlockTokens].value);
  CHECK(block < cache.num_blocks, "block ", block, " of ", cache.num_blocks);
  const std::size_t token = position % kBlockTokens;
  const std::size_t head_dim = cache.head_dim;
  for (std::size_t head = 0; head < cache.num_kv_heads; ++head) {
    const std::size_t offset = (block * cache.num_kv_heads + head) * kBlockTokens * head_dim;
    for (std::size_t d = 0; d < head_dim; ++d) {
      cache.keys[offset + d * kBlockTokens + token] = to_half(key[head * head_dim + d]);
      cache.values[offset + token * head_dim + d] = to_half(value[head * head_dim + d]);
    }
  }
}

/// All queries of all slices in groups of equal size, numbered: slice by slice, KV head by KV head.
class TaskList {
 public:
  struct Place {
    const SequenceSlice* slice;
    AttentionTask task;
  };

  TaskList(std::span<const SequenceSlice> slices, std::size_t num_kv_heads,
           std::size_t heads_per_kv, std::size_t group)
      : slices_(slices), num_kv_heads_(num_kv_heads), heads_per_kv_(heads_per_kv), group_(group) {}

  std::size_t size() const {
    std::size_t count = 0;
    for (const SequenceSlice& slice : slices_) count += num_groups(slice) * num_kv_heads_;
    return count;
  }

  Place at(std::size_t index) const {
    const SequenceSlice* slice = slices_.data();
    while (index >= num_groups(*slice) * num_kv_heads_) {
      index -= num_groups(*slice++) * num_kv_heads_;
    }
    const std::size_t first = index / num_kv_heads_ * group_;
    const std::size_t count = std::min(group_, slice->num_tokens * heads_per_kv_ - first);
    return {slice, {index % num_kv_heads_, first, count}};
  }

 private:
  std::size_t num_groups(const SequenceSlice& slice) const {
    return (slice.num_tokens * heads_per_kv_ + group_ - 1) / group_;
  }

  std::span<const SequenceSlice> slices_;
  std::size_t num_kv_heads_;
  std::size_t heads_per_kv_;
  std::size_t group_;
};

}  // namespace

void store_kv(MatrixView<const float> k, MatrixView<const float> v,
              std::span<const SequenceSlice> slices, const KvLayerView& cache, ThreadPool& pool) {
  CHECK(k.cols == cache.num_kv_heads * cache.head_dim && v.cols == k.cols);
  pool.parallel_for(k.rows, 1, [&](std::size_t begin, std::size_t end) {
    for (const SequenceSlice& slice : slices) {
      const std::size_t first = std::max(begin, slice.first_row);
      const std::size_t last = std::min(end, slice.first_row + slice.num_tokens);
      for (std::size_t row = first; row < last; ++row) {
        store_row(k.row(row).data(), v.row(row).data(),
                  slice.first_position + row - slice.first_row, slice, cache);
      }
    }
  });
}

void attention(MatrixView<const float> q, std::span<const SequenceSlice> slices,
               const KvLayerView& cache, float scale, MatrixView<float> out, Isa isa,
               ThreadPool& pool) {
  CHECK(q.cols % cache.head_dim == 0 && q.cols / cache.head_dim % cache.num_kv_heads == 0);
  CHECK(out.rows == q.rows && out.cols == q.cols);
  const KernelTable& kernels = kernels_for(isa);
  const AttentionInput input{q, cache, scale};
  // Large groups share loads best, but every worker should have one.
  const std::size_t num_heads = q.cols / cache.head_dim;
  const std::size_t per_worker = q.rows * num_heads / static_cast<std::size_t>(pool.num_threads());
  const std::size_t group = std::clamp<std::size_t>(per_worker, 1, kernels.max_queries);
  const TaskList tasks(slices, cache.num_kv_heads, num_heads / cache.num_kv_heads, group);
  const std::size_t num_tasks = tasks.size();
  // Later rows see more positions: from the last, so that no worker is left with a long one.
  std::atomic<std::size_t> num_taken = 0;
  pool.run([&](int) {
    for (std::size_t i = num_taken++; i < num_tasks; i = num_taken++) {
      const TaskList::Place place = tasks.at(num_tasks - 1 - i);
      kernels.attend(input, *place.slice, place.task, out);
    }
  });
}

}  // namespace falconet
