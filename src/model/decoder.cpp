#include "model/decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace falconet {

Decoder::Decoder(ModelConfig config, Checkpoint checkpoint, DecoderWeights weights,
                 std::size_t max_batch_tokens, ThreadPool& pool)
    : config_(std::move(config)),
      checkpoint_(std::move(checkpoint)),
      weights_(std::move(weights)),
      max_batch_tokens_(max_batch_tokens),
      pool_(pool),
      isa_(chosen_isa()),
      inverse_frequencies_(inverse_frequencies(config_.rope, weights_.rope_divisors)),
      activations_(max_batch_tokens,
                   std::max({config_.hidden_size, config_.q_dim(), config_.intermediate_size})),
      hidden_(make_buffer(config_.hidden_size)),
      normed_(make_buffer(config_.hidden_size)),
      query_(make_buffer(config_.q_dim())),
      key_(make_buffer(config_.kv_dim())),
      value_(make_buffer(config_.kv_dim())),
      attended_(make_buffer(config_.q_dim())),
      gate_(make_buffer(config_.intermediate_size)),
      up_(make_buffer(config_.intermediate_size)) {
  positions_.resize(max_batch_tokens);
}

Decoder::Buffer Decoder::make_buffer(std::size_t cols) const {
  return {std::vector<float>(max_batch_tokens_ * cols), cols};
}

ModelLimits Decoder::limits() const {
  return {.vocab_size = config_.vocab_size,
          .max_context = config_.max_position_embeddings,
          .max_batch_tokens = max_batch_tokens_};
}

KvCacheShape Decoder::kv_cache_shape() const {
  return {.num_layers = config_.num_layers,
          .num_kv_heads = config_.num_kv_heads,
          .head_dim = config_.head_dim};
}

MatrixView<const float> Decoder::forward(const Batch& batch, KvCache& cache) {
  const std::size_t num_rows = batch.tokens.size();
  CHECK(num_rows > 0 && num_rows <= max_batch_tokens_, num_rows, " rows");
  embed(batch.tokens);
  set_positions(batch);
  for (std::size_t i = 0; i < config_.num_layers; ++i) {
    attend(weights_.layers[i], batch, cache.layer(i));
    feed_forward(weights_.layers[i], num_rows);
  }
  const std::size_t num_sampled = batch.sampled_rows.size();
  if (num_sampled == 0) return {nullptr, 0, config_.vocab_size};
  // Only sampled rows go through the head. Rows ascend, so each moves up or stays.
  MatrixView<float> sampled = normed_.rows(num_sampled);
  for (std::size_t i = 0; i < num_sampled; ++i) {
    const auto row = hidden_.rows(num_rows).row(batch.sampled_rows[i]);
    std::copy(row.begin(), row.end(), sampled.row(i).begin());
  }
  rms_norm(sampled, weights_.output_norm, static_cast<float>(config_.rms_norm_eps), sampled, isa_);
  // Grows to the largest number of rows ever sampled at once and stays.
  if (logits_.size() < num_sampled * config_.vocab_size) {
    logits_.resize(num_sampled * config_.vocab_size);
  }
  const MatrixView<float> logits(logits_.data(), num_sampled, config_.vocab_size);
  activations_.assign(sampled);
  matmul(activations_, weights_.head, logits, pool_);
  return logits;
}

void Decoder::embed(std::span<const TokenId> tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto id = static_cast<std::size_t>(tokens[i].value);
    CHECK(id < config_.vocab_size, "token id ", id);
    dequantize_row(weights_.embedding.dtype, weights_.embedding.row(id),
                   hidden_.rows(tokens.size()).row(i));
  }
}

void Decoder::set_positions(const Batch& batch) {
  for (const SequenceSlice& slice : batch.slices) {
    for (std::size_t i = 0; i < slice.num_tokens; ++i) {
      positions_[slice.first_row + i] = slice.first_position + i;
    }
  }
}

void Decoder::attend(const LayerWeights& layer, const Batch& batch, const KvLayerView& cache) {
  const std::size_t num_rows = batch.tokens.size();
  const std::span<const std::size_t> positions(positions_.data(), num_rows);
  const MatrixView<float> normed = normed_.rows(num_rows);
  const MatrixView<float> query = query_.rows(num_rows);
  const MatrixView<float> key = key_.rows(num_rows);
  const MatrixView<float> value = value_.rows(num_rows);
  rms_norm(hidden_.rows(num_rows), layer.attention_norm, static_cast<float>(config_.rms_norm_eps),
           normed, isa_);
  activations_.assign(normed);
  matmul(activations_, layer.query, query, pool_);
  matmul(activations_, layer.key, key, pool_);
  matmul(activations_, layer.value, value, pool_);
  if (config_.has_qkv_bias) {
    add_bias(query, layer.query_bias);
    add_bias(key, layer.key_bias);
    add_bias(value, layer.value_bias);
  }
  if (config_.has_qk_norm) {
    normalize_heads(query, layer.query_norm);
    normalize_heads(key, layer.key_norm);
  }
  const auto magnitude = static_cast<float>(config_.rope.magnitude);
  rope(query, config_.head_dim, positions, inverse_frequencies_, magnitude, config_.rope.style);
  rope(key, config_.head_dim, positions, inverse_frequencies_, magnitude, config_.rope.style);
  store_kv(key, value, batch.slices, cache, pool_);

  const MatrixView<float> attended = attended_.rows(num_rows);
  const float scale = 1.0f / std::sqrt(static_cast<float>(config_.head_dim));
  attention(query, batch.slices, cache, scale, attended, isa_, pool_);
  activations_.assign(attended);
  matmul(activations_, layer.attention_output, normed, pool_);
  add(hidden_.rows(num_rows), normed);
}

void Decoder::feed_forward(const LayerWeights& layer, std::size_t num_rows) {
  const MatrixView<float> normed = normed_.rows(num_rows);
  const MatrixView<float> gate = gate_.rows(num_rows);
  const MatrixView<float> up = up_.rows(num_rows);
  rms_norm(hidden_.rows(num_rows), layer.ffn_norm, static_cast<float>(config_.rms_norm_eps), normed,
           isa_);
  activations_.assign(normed);
  matmul(activations_, layer.gate, gate, pool_);
  matmul(activations_, layer.up, up, pool_);
  silu_multiply(gate, up, gate, isa_);
  activations_.assign(gate);
  matmul(activations_, layer.down, normed, pool_);
  add(hidden_.rows(num_rows), normed);
}

void Decoder::normalize_heads(MatrixView<float> x, std::span<const float> weight) {
  const MatrixView<float> heads(x.data, x.rows * (x.cols / config_.head_dim), config_.head_dim);
  rms_norm(heads, weight, static_cast<float>(config_.rms_norm_eps), heads, isa_);
}

}  // namespace falconet
