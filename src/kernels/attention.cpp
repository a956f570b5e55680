#include "kernels/attention.h"

#include "base/check.h"
#include "kernels/attention_loop.h"
#include "tensor/half.h"

namespace falconet {
namespace {

struct ConvertHalves {
  static void run(const std::uint16_t* halves, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out[i] = f16_to_f32(halves[i]);
  }
};

/// The largest tasks first would balance best; rows in order keep neighbours' keys in cache.
std::vector<AttentionTask> make_tasks(std::span<const SequenceSlice> slices,
                                      std::size_t num_kv_heads) {
  std::vector<AttentionTask> tasks;
  for (std::size_t s = 0; s < slices.size(); ++s) {
    for (std::size_t row = 0; row < slices[s].num_tokens; row += kQueryRows) {
      for (std::size_t head = 0; head < num_kv_heads; ++head) {
        tasks.push_back({s, row, std::min(kQueryRows, slices[s].num_tokens - row), head});
      }
    }
  }
  return tasks;
}

}  // namespace

void store_kv(MatrixView<const float> k, MatrixView<const float> v,
              std::span<const SequenceSlice> slices, const KvLayerView& cache, ThreadPool& pool) {
  CHECK(k.cols == cache.num_kv_heads * cache.head_dim && v.cols == k.cols);
  pool.parallel_for(slices.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t s = begin; s < end; ++s) {
      const SequenceSlice& slice = slices[s];
      for (std::size_t t = 0; t < slice.num_tokens; ++t) {
        const std::size_t position = slice.first_position + t;
        const auto block =
            static_cast<std::size_t>(slice.block_table[position / kBlockTokens].value);
        CHECK(block < cache.num_blocks);
        for (std::size_t head = 0; head < cache.num_kv_heads; ++head) {
          const std::size_t target =
              ((block * cache.num_kv_heads + head) * kBlockTokens + position % kBlockTokens) *
              cache.head_dim;
          const float* key = k.row(slice.first_row + t).data() + head * cache.head_dim;
          const float* value = v.row(slice.first_row + t).data() + head * cache.head_dim;
          for (std::size_t d = 0; d < cache.head_dim; ++d) {
            cache.keys[target + d] = f32_to_f16(key[d]);
            cache.values[target + d] = f32_to_f16(value[d]);
          }
        }
      }
    }
  });
}

void attention(MatrixView<const float> q, std::span<const SequenceSlice> slices,
               const KvLayerView& cache, float scale, MatrixView<float> out, Isa isa,
               ThreadPool& pool) {
  CHECK(q.cols % cache.head_dim == 0 && q.cols / cache.head_dim % cache.num_kv_heads == 0);
  AttentionKernel kernel = &run_attention_task<ConvertHalves>;
#if defined(__x86_64__)
  if (isa == Isa::Avx512Vnni) kernel = &attention_task_avx512;
#endif
  (void)isa;
  const std::vector<AttentionTask> tasks = make_tasks(slices, cache.num_kv_heads);
  pool.parallel_for(tasks.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      kernel(q, slices[tasks[i].slice], tasks[i], cache, scale, out);
    }
  });
}

}  // namespace falconet
