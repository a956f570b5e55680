#include "kernels/attention.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <vector>

#include "base/check.h"
#include "kernels/kernel_table.h"
#include "tensor/half.h"

namespace falconet {
namespace {

constexpr float kLargestHalf = 65504.0f;

std::uint16_t to_half(float value) {
  return f32_to_f16(std::clamp(value, -kLargestHalf, kLargestHalf));
}

/// A token's place in one head's keys or values of a block.
struct KvPlace {
  std::byte* head;
  std::size_t head_dim;
  std::size_t first;   // element 0
  std::size_t stride;  // to the next element
  std::size_t token;
};

void store_halves(const float* elements, const KvPlace& place) {
  auto* halves = reinterpret_cast<std::uint16_t*>(place.head) + place.first;
  for (std::size_t d = 0; d < place.head_dim; ++d) halves[d * place.stride] = to_half(elements[d]);
}

/// The scale that lets a group's largest magnitude be 127; NaN if one is not finite.
float group_scale(const float* group) {
  float largest = 0;
  for (std::size_t i = 0; i < kKvGroup; ++i) {
    if (!std::isfinite(group[i])) return std::numeric_limits<float>::quiet_NaN();
    largest = std::max(largest, std::fabs(group[i]));
  }
  return largest / 127.0f;
}

void store_codes(const float* elements, const KvPlace& place) {
  auto* codes = reinterpret_cast<std::int8_t*>(place.head) + place.first;
  auto* scales = reinterpret_cast<std::uint16_t*>(place.head + kBlockTokens * place.head_dim);
  for (std::size_t g = 0; g < place.head_dim / kKvGroup; ++g) {
    const float* group = elements + g * kKvGroup;
    const std::uint16_t scale = to_half(group_scale(group));
    // Of the scale as it is kept, so that codes make up for its rounding.
    const float kept = f16_to_f32(scale);
    const float inverse = kept > 0 ? 1 / kept : 0.0f;
    scales[g * kBlockTokens + place.token] = scale;
    for (std::size_t i = 0; i < kKvGroup; ++i) {
      const float code = std::clamp(std::nearbyint(group[i] * inverse), -127.0f, 127.0f);
      codes[(g * kKvGroup + i) * place.stride] =
          kept > 0 ? static_cast<std::int8_t>(code) : std::int8_t{0};
    }
  }
}

float load_half(const KvPlace& place, std::size_t element) {
  return f16_to_f32(
      reinterpret_cast<const std::uint16_t*>(place.head)[place.first + element * place.stride]);
}

float load_code(const KvPlace& place, std::size_t element) {
  const auto* codes = reinterpret_cast<const std::int8_t*>(place.head) + place.first;
  const auto* scales =
      reinterpret_cast<const std::uint16_t*>(place.head + kBlockTokens * place.head_dim);
  const float scale = f16_to_f32(scales[element / kKvGroup * kBlockTokens + place.token]);
  return scale * static_cast<float>(codes[element * place.stride]);
}

/// One row's keys and values, to `position` of its sequence.
void store_row(const float* key, const float* value, std::size_t position,
               const SequenceSlice& slice, const KvLayerView& cache) {
  const auto block = static_cast<std::size_t>(slice.block_table[position / kBlockTokens].value);
  CHECK(block < cache.num_blocks, "block ", block, " of ", cache.num_blocks);
  const std::size_t token = position % kBlockTokens;
  const std::size_t head_dim = cache.head_dim;
  const auto store = cache.type == KvType::F16 ? &store_halves : &store_codes;
  for (std::size_t head = 0; head < cache.num_kv_heads; ++head) {
    const std::size_t offset = cache.offset(block, head);
    store(key + head * head_dim, {cache.keys + offset, head_dim, token, kBlockTokens, token});
    store(value + head * head_dim, {cache.values + offset, head_dim, token * head_dim, 1, token});
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

std::optional<KvType> kv_type_from_name(std::string_view name) {
  if (name == "auto" || name == "f16" || name == "float16" || name == "half") return KvType::F16;
  if (name == "q8_0") return KvType::Q8_0;
  return std::nullopt;
}

void store_kv(MatrixView<const float> k, MatrixView<const float> v,
              std::span<const SequenceSlice> slices, const KvLayerView& cache, ThreadPool& pool) {
  CHECK(k.cols == cache.num_kv_heads * cache.head_dim && v.cols == k.cols);
  CHECK(cache.type == KvType::F16 || cache.head_dim % kKvGroup == 0);
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

void turn_keys(const KvLayerView& cache, BlockId block, const RopeAngles& angles, RopeStyle style) {
  const auto index = static_cast<std::size_t>(block.value);
  CHECK(index < cache.num_blocks, "block ", index, " of ", cache.num_blocks);
  const bool is_half = cache.type == KvType::F16;
  std::vector<float> key(cache.head_dim);
  for (std::size_t head = 0; head < cache.num_kv_heads; ++head) {
    std::byte* keys = cache.keys + cache.offset(index, head);
    for (std::size_t token = 0; token < kBlockTokens; ++token) {
      const KvPlace place{keys, cache.head_dim, token, kBlockTokens, token};
      for (std::size_t d = 0; d < cache.head_dim; ++d) {
        key[d] = is_half ? load_half(place, d) : load_code(place, d);
      }
      rope({key.data(), 1, cache.head_dim}, cache.head_dim, angles, style);
      is_half ? store_halves(key.data(), place) : store_codes(key.data(), place);
    }
  }
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
