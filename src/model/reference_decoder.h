// A forward pass in double precision that shares no kernel with the decoder: the tests' oracle.
// It keeps no cache, but recomputes the whole sequence. Only tests include it.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/strong_id.h"
#include "formats/checkpoint.h"
#include "kernels/matmul.h"
#include "model/config.h"
#include "model/tensor_names.h"
#include "tensor/half.h"

namespace falconet {

/// How keys and values are kept: as computed, or rounded to f16 as the KV cache does. Rounding as
/// the cache does takes its error, the largest of a plain forward pass, out of a comparison.
enum class KvRounding { None, F16 };

class ReferenceDecoder {
 public:
  using Row = std::vector<double>;
  using Rows = std::vector<Row>;

  ReferenceDecoder(const ModelConfig& config, const Checkpoint& checkpoint, KvRounding rounding)
      : config_(config), checkpoint_(checkpoint), rounding_(rounding) {
    std::vector<float> divisors;
    if (tensor(TensorRole::RopeDivisors) != nullptr) {
      const Row stored = values(TensorRole::RopeDivisors, 0);
      for (const double divisor : stored) divisors.push_back(static_cast<float>(divisor));
    }
    frequencies_ = inverse_frequencies(config.rope, divisors);
  }

  /// Logits after each of the ids: [ids.size(), vocab_size].
  Rows logits(std::span<const TokenId> ids) const {
    const Row embedding = values(TensorRole::Embedding, 0);
    Rows hidden;
    for (const TokenId id : ids) {
      const auto first = embedding.begin() + id.value * static_cast<std::ptrdiff_t>(hidden_size());
      hidden.emplace_back(first, first + static_cast<std::ptrdiff_t>(hidden_size()));
    }
    for (std::size_t layer = 0; layer < config_.num_layers; ++layer) {
      add(hidden, attention(layer, normalize(hidden, values(TensorRole::AttentionNorm, layer))));
      add(hidden, feed_forward(layer, normalize(hidden, values(TensorRole::FfnNorm, layer))));
    }
    const bool is_tied = config_.tie_word_embeddings;
    return product(normalize(hidden, values(TensorRole::OutputNorm, 0)),
                   is_tied ? TensorRole::Embedding : TensorRole::Head, 0);
  }

 private:
  std::size_t hidden_size() const { return config_.hidden_size; }

  const StoredTensor* tensor(TensorRole role, std::size_t layer = 0) const {
    return checkpoint_.find_tensor(tensor_name(checkpoint_.kind(), role, layer));
  }

  Row values(TensorRole role, std::size_t layer) const {
    const StoredTensor* stored = tensor(role, layer);
    CHECK(stored != nullptr);
    std::size_t num_elements = 1;
    for (const std::size_t size : stored->shape) num_elements *= size;
    std::vector<float> floats(num_elements);
    dequantize_row(stored->dtype, stored->bytes, floats);
    return Row(floats.begin(), floats.end());
  }

  Rows product(const Rows& x, TensorRole role, std::size_t layer) const {
    const Row weight = values(role, layer);
    const std::size_t in_dim = x.front().size();
    Rows result;
    for (const Row& row : x) {
      Row& out = result.emplace_back(weight.size() / in_dim);
      for (std::size_t o = 0; o < out.size(); ++o) {
        for (std::size_t i = 0; i < in_dim; ++i) out[o] += row[i] * weight[o * in_dim + i];
      }
    }
    return result;
  }

  static void add(Rows& x, const Rows& y) {
    for (std::size_t r = 0; r < x.size(); ++r) {
      for (std::size_t i = 0; i < x[r].size(); ++i) x[r][i] += y[r][i];
    }
  }

  void normalize(std::span<double> x, const Row& weight) const {
    double sum = 0;
    for (const double element : x) sum += element * element;
    const double rms = std::sqrt(sum / static_cast<double>(x.size()) + config_.rms_norm_eps);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] *= weight[i] / rms;
  }

  Rows normalize(Rows x, const Row& weight) const {
    for (Row& row : x) normalize(row, weight);
    return x;
  }

  /// Q or K: bias, head norm, rotation.
  Rows heads(const Rows& x, TensorRole role, TensorRole bias, TensorRole norm,
             std::size_t layer) const {
    Rows result = product(x, role, layer);
    if (config_.has_qkv_bias) add(result, Rows(x.size(), values(bias, layer)));
    for (std::size_t position = 0; position < result.size(); ++position) {
      for (std::size_t h = 0; h < result[position].size() / config_.head_dim; ++h) {
        const std::span<double> head =
            std::span(result[position]).subspan(h * config_.head_dim, config_.head_dim);
        if (config_.has_qk_norm) normalize(head, values(norm, layer));
        rotate(head, static_cast<double>(position));
      }
    }
    return result;
  }

  void rotate(std::span<double> head, double position) const {
    for (std::size_t i = 0; i < frequencies_.size(); ++i) {
      const bool is_halves = config_.rope.style == RopeStyle::Halves;
      double& a = head[is_halves ? i : 2 * i];
      double& b = head[is_halves ? i + frequencies_.size() : 2 * i + 1];
      const double cosine = std::cos(position * frequencies_[i]) * config_.rope.magnitude;
      const double sine = std::sin(position * frequencies_[i]) * config_.rope.magnitude;
      const double rotated_a = a * cosine - b * sine;
      b = a * sine + b * cosine;
      a = rotated_a;
    }
  }

  Rows as_cached(Rows x) const {
    if (rounding_ == KvRounding::None) return x;
    for (Row& row : x) {
      for (double& element : row) {
        element = static_cast<double>(f16_to_f32(f32_to_f16(static_cast<float>(element))));
      }
    }
    return x;
  }

  Rows attention(std::size_t layer, const Rows& x) const {
    const Rows q = heads(x, TensorRole::Query, TensorRole::QueryBias, TensorRole::QueryNorm, layer);
    const Rows k =
        as_cached(heads(x, TensorRole::Key, TensorRole::KeyBias, TensorRole::KeyNorm, layer));
    Rows v = product(x, TensorRole::Value, layer);
    if (config_.has_qkv_bias) add(v, Rows(x.size(), values(TensorRole::ValueBias, layer)));
    v = as_cached(std::move(v));

    Rows result(x.size(), Row(config_.q_dim()));
    for (std::size_t row = 0; row < x.size(); ++row) {
      for (std::size_t h = 0; h < config_.num_heads; ++h) {
        const std::size_t kv_head = h / (config_.num_heads / config_.num_kv_heads);
        attend(q[row], k, v, row, h * config_.head_dim, kv_head * config_.head_dim, result[row]);
      }
    }
    return product(result, TensorRole::AttentionOutput, layer);
  }

  /// One head of one row; q_at and kv_at are where the head begins in its rows.
  void attend(const Row& q, const Rows& k, const Rows& v, std::size_t row, std::size_t q_at,
              std::size_t kv_at, Row& out) const {
    Row weights(row + 1);
    double total = 0;
    for (std::size_t t = 0; t <= row; ++t) {
      double score = 0;
      for (std::size_t d = 0; d < config_.head_dim; ++d) score += q[q_at + d] * k[t][kv_at + d];
      weights[t] = std::exp(score / std::sqrt(static_cast<double>(config_.head_dim)));
      total += weights[t];
    }
    for (std::size_t t = 0; t <= row; ++t) {
      for (std::size_t d = 0; d < config_.head_dim; ++d) {
        out[q_at + d] += weights[t] / total * v[t][kv_at + d];
      }
    }
  }

  Rows feed_forward(std::size_t layer, const Rows& x) const {
    Rows gate = product(x, TensorRole::Gate, layer);
    const Rows up = product(x, TensorRole::Up, layer);
    for (std::size_t r = 0; r < gate.size(); ++r) {
      for (std::size_t i = 0; i < gate[r].size(); ++i) {
        gate[r][i] *= up[r][i] / (1 + std::exp(-gate[r][i]));
      }
    }
    return product(gate, TensorRole::Down, layer);
  }

  const ModelConfig& config_;
  const Checkpoint& checkpoint_;
  KvRounding rounding_;
  Row frequencies_;
};

}  // namespace falconet
