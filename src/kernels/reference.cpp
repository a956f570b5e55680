#include "kernels/reference.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/matmul.h"
#include "tensor/half.h"

namespace falconet {
namespace {

double product(float a, float b) { return static_cast<double>(a) * static_cast<double>(b); }

}  // namespace

void matmul_rows_reference(MatrixView<const float> x, const WeightView& w, std::size_t begin,
                           std::size_t end, MatrixView<float> out) {
  std::vector<float> row(w.in_dim);
  for (std::size_t o = begin; o < end; ++o) {
    dequantize_row(w.dtype, w.row(o), row);
    for (std::size_t token = 0; token < x.rows; ++token) {
      const std::span<const float> values = x.row(token);
      double sum = 0;
      for (std::size_t k = 0; k < w.in_dim; ++k) sum += product(values[k], row[k]);
      out.row(token)[o] = static_cast<float>(sum);
    }
  }
}

void matmul_reference(MatrixView<const float> x, const WeightView& w, MatrixView<float> out,
                      ThreadPool& pool) {
  pool.parallel_for(w.out_dim, 1, [&](std::size_t begin, std::size_t end) {
    matmul_rows_reference(x, w, begin, end, out);
  });
}

void quantize_reference(MatrixView<const float> x, MatrixView<float> out) {
  constexpr std::size_t kGroup = 32;
  for (std::size_t row = 0; row < x.rows; ++row) {
    for (std::size_t begin = 0; begin < x.cols; begin += kGroup) {
      const std::span<const float> group = x.row(row).subspan(begin, kGroup);
      float largest = 0;
      for (const float value : group) largest = std::max(largest, std::fabs(value));
      const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
      for (std::size_t i = 0; i < kGroup; ++i) {
        out.row(row)[begin + i] = std::nearbyintf(group[i] * inverse) * (largest / 127.0f);
      }
    }
  }
}

float cached_element(const KvLayerView& cache, const CachedPlace& place) {
  const bool is_key = place.side == KvSide::Key;
  const std::byte* head =
      (is_key ? cache.keys : cache.values) + cache.offset(place.block, place.kv_head);
  const std::size_t index = is_key ? place.element * kBlockTokens + place.token
                                   : place.token * cache.head_dim + place.element;
  if (cache.type == KvType::F16) {
    return f16_to_f32(reinterpret_cast<const std::uint16_t*>(head)[index]);
  }
  const auto* scales = reinterpret_cast<const std::uint16_t*>(head + kBlockTokens * cache.head_dim);
  const float scale = f16_to_f32(scales[place.element / kKvGroup * kBlockTokens + place.token]);
  return scale * static_cast<float>(reinterpret_cast<const std::int8_t*>(head)[index]);
}

void attention_reference(std::span<const float> query, const SequenceSlice& slice,
                         const KvLayerView& cache, std::size_t kv_head, std::size_t num_visible,
                         float scale, std::span<float> out) {
  const std::size_t head_dim = cache.head_dim;
  std::vector<double> weights(num_visible);
  std::vector<double> sums(head_dim);
  double total = 0;
  const auto element = [&](KvSide side, std::size_t position, std::size_t d) {
    const auto block = static_cast<std::size_t>(slice.block_table[position / kBlockTokens].value);
    return cached_element(cache, {side, block, kv_head, position % kBlockTokens, d});
  };
  for (std::size_t t = 0; t < num_visible; ++t) {
    double score = 0;
    for (std::size_t d = 0; d < head_dim; ++d) {
      score += product(query[d], element(KvSide::Key, t, d));
    }
    weights[t] = score * static_cast<double>(scale);
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  for (std::size_t t = 0; t < num_visible; ++t) {
    const double weight = std::exp(weights[t] - largest);
    total += weight;
    for (std::size_t d = 0; d < head_dim; ++d) {
      sums[d] += weight * static_cast<double>(element(KvSide::Value, t, d));
    }
  }
  for (std::size_t d = 0; d < head_dim; ++d) out[d] = static_cast<float>(sums[d] / total);
}

void rms_norm_reference(std::span<const float> x, std::span<const float> weight, float epsilon,
                        std::span<float> out) {
  double sum = 0;
  for (const float value : x) sum += product(value, value);
  const double scale =
      1 / std::sqrt(sum / static_cast<double>(x.size()) + static_cast<double>(epsilon));
  for (std::size_t i = 0; i < x.size(); ++i) {
    out[i] = static_cast<float>(product(x[i], weight[i]) * scale);
  }
}

void silu_multiply_reference(std::span<const float> gate, std::span<const float> up,
                             std::span<float> out) {
  for (std::size_t i = 0; i < gate.size(); ++i) {
    out[i] =
        static_cast<float>(product(gate[i], up[i]) / (1 + std::exp(-static_cast<double>(gate[i]))));
  }
}

}  // namespace falconet
