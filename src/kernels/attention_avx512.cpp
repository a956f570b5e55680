#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels/attention_loop.h"
#include "tensor/half.h"

namespace falconet {
namespace {

struct ConvertHalves {
  static void run(const std::uint16_t* halves, float* out, std::size_t count) {
    std::size_t i = 0;
    for (; i + 16 <= count; i += 16) {
      const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(halves + i));
      _mm512_storeu_ps(out + i, _mm512_cvtph_ps(bits));
    }
    for (; i < count; ++i) out[i] = f16_to_f32(halves[i]);
  }
};

}  // namespace

void attention_task_avx512(MatrixView<const float> q, const SequenceSlice& slice,
                           const AttentionTask& task, const KvLayerView& cache, float scale,
                           MatrixView<float> out) {
  run_attention_task<ConvertHalves>(q, slice, task, cache, scale, out);
}

}  // namespace falconet

#endif
