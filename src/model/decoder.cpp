#include "model/decoder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "kernels/attention.h"

namespace falconet {

Decoder::Rows::Rows(std::size_t max_rows, std::size_t cols)
    : max_rows_(max_rows),
      cols_(cols),
      values_(std::make_unique_for_overwrite<float[]>(max_rows * cols)) {}

MatrixView<float> Decoder::Rows::first(std::size_t num_rows) const {
  CHECK(num_rows <= max_rows_, num_rows, " rows of ", max_rows_);
  return {values_.get(), num_rows, cols_};
}

Decoder::Decoder(ModelConfig config, DecoderWeights weights, Checkpoint checkpoint,
                 const DecoderOptions& options, ThreadPool& pool)
    : config_(std::move(config)),
      weights_(std::move(weights)),
      checkpoint_(std::move(checkpoint)),
      options_(options),
      pool_(pool),
      inverse_frequencies_(inverse_frequencies(config_.rope, weights_.rope_divisors)),
      cosines_(options.max_batch_tokens, inverse_frequencies_.size()),
      sines_(options.max_batch_tokens, inverse_frequencies_.size()),
      hidden_(options.max_batch_tokens, config_.hidden_size),
      normalized_(options.max_batch_tokens, config_.hidden_size),
      change_(options.max_batch_tokens, config_.hidden_size),
      query_(options.max_batch_tokens, config_.q_dim()),
      key_(options.max_batch_tokens, config_.kv_dim()),
      value_(options.max_batch_tokens, config_.kv_dim()),
      attended_(options.max_batch_tokens, config_.q_dim()),
      gate_(options.max_batch_tokens, config_.intermediate_size),
      up_(options.max_batch_tokens, config_.intermediate_size),
      logits_(options.max_batch_tokens, config_.vocab_size),
      activations_(options.max_batch_tokens,
                   std::max({config_.hidden_size, config_.q_dim(), config_.intermediate_size})) {
  positions_.reserve(options.max_batch_tokens);
}

ModelLimits Decoder::limits() const {
  return {.vocab_size = config_.vocab_size,
          .max_context = config_.max_position_embeddings,
          .max_batch_tokens = options_.max_batch_tokens};
}

KvCacheShape Decoder::kv_cache_shape() const {
  return {.num_layers = config_.num_layers,
          .num_kv_heads = config_.num_kv_heads,
          .head_dim = config_.head_dim,
          .type = options_.kv_type};
}

MatrixView<const float> Decoder::forward(const Batch& batch, KvCache& cache) {
  num_rows_ = batch.tokens.size();
  CHECK(num_rows_ <= options_.max_batch_tokens, num_rows_, " tokens in a batch of at most ",
        options_.max_batch_tokens);
  find_positions(batch.slices);
  embed(batch.tokens);
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    const LayerWeights& layer = weights_.layers[i];
    attend(layer, batch, cache.layer(i));
    feed_forward(layer);
    if (i + 1 < weights_.layers.size()) {
      add_and_normalize(weights_.layers[i + 1].attention_norm);
    }
  }
  return project(batch.sampled_rows);
}

void Decoder::move_on(BlockId block, std::size_t count, KvCache& cache) {
  // Keys bear YaRN's magnitude already.
  const RopeAngles turn{.cosines = cosines_.first(1), .sines = sines_.first(1)};
  compute_rope_angles({&count, 1}, inverse_frequencies_, /*magnitude=*/1, turn);
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    turn_keys(cache.layer(i), block, turn, config_.rope.style);
  }
}

void Decoder::find_positions(std::span<const SequenceSlice> slices) {
  positions_.clear();
  for (const SequenceSlice& slice : slices) {
    CHECK(slice.first_row == positions_.size(), "slices must cover the rows in order");
    CHECK(slice.first_position + slice.num_tokens <= slice.block_table.size() * kBlockTokens,
          "a block table of ", slice.block_table.size(), " blocks for ",
          slice.first_position + slice.num_tokens, " positions");
    for (std::size_t i = 0; i < slice.num_tokens; ++i) {
      positions_.push_back(slice.first_position + slice.rope_offset + i);
    }
  }
  CHECK(positions_.size() == num_rows_, "slices cover ", positions_.size(), " rows of ", num_rows_);
}

void Decoder::embed(std::span<const TokenId> tokens) {
  const MatrixView<float> hidden = hidden_.first(num_rows_);
  const MatrixView<float> normalized = normalized_.first(num_rows_);
  const std::span<const std::size_t> positions = positions_;
  const auto magnitude = static_cast<float>(config_.rope.magnitude);
  pool_.parallel_for(num_rows_, 1, [&](std::size_t begin, std::size_t end) {
    compute_rope_angles(positions.subspan(begin, end - begin), inverse_frequencies_, magnitude,
                        angles(begin, end - begin));
    for (std::size_t row = begin; row < end; ++row) {
      const auto token = static_cast<std::size_t>(tokens[row].value);
      CHECK(token < config_.vocab_size, "token ", token, " of ", config_.vocab_size);
      dequantize_row(weights_.embedding.dtype, weights_.embedding.row(token), hidden.row(row));
    }
    rms_norm(hidden.row_range(begin, end - begin), weights_.layers.front().attention_norm,
             static_cast<float>(config_.rms_norm_eps), normalized.row_range(begin, end - begin),
             options_.isa);
  });
}

RopeAngles Decoder::angles(std::size_t begin, std::size_t count) const {
  return {.cosines = cosines_.first(num_rows_).row_range(begin, count),
          .sines = sines_.first(num_rows_).row_range(begin, count)};
}

/// change = attention of the normalized rows, whose keys and values it stores.
void Decoder::attend(const LayerWeights& layer, const Batch& batch, const KvLayerView& cache) {
  const MatrixView<float> query = query_.first(num_rows_);
  const MatrixView<float> key = key_.first(num_rows_);
  const MatrixView<float> value = value_.first(num_rows_);
  activations_.assign(normalized_.first(num_rows_));
  const Product products[] = {{&layer.query, query}, {&layer.key, key}, {&layer.value, value}};
  matmul(activations_, products, pool_);
  pool_.parallel_for(
      num_rows_, 1, [&](std::size_t begin, std::size_t end) { rotate(layer, begin, end - begin); });
  store_kv(key, value, batch.slices, cache, pool_);

  const MatrixView<float> attended = attended_.first(num_rows_);
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(config_.head_dim)));
  attention(query, batch.slices, cache, scale, attended, options_.isa, pool_);
  activations_.assign(attended);
  matmul(activations_, layer.attention_output, change_.first(num_rows_), pool_);
  add_and_normalize(layer.ffn_norm);
}

/// Biases, head norms and rotation of some rows of query, key and value.
void Decoder::rotate(const LayerWeights& layer, std::size_t begin, std::size_t count) {
  const MatrixView<float> query = query_.first(num_rows_).row_range(begin, count);
  const MatrixView<float> key = key_.first(num_rows_).row_range(begin, count);
  if (config_.has_qkv_bias) {
    add_bias(query, layer.query_bias);
    add_bias(key, layer.key_bias);
    add_bias(value_.first(num_rows_).row_range(begin, count), layer.value_bias);
  }
  if (config_.has_qk_norm) {
    const auto epsilon = static_cast<float>(config_.rms_norm_eps);
    // Rows lie without gaps, so the heads of all of them are the rows of one matrix.
    const MatrixView<float> queries(query.data, count * config_.num_heads, config_.head_dim);
    const MatrixView<float> keys(key.data, count * config_.num_kv_heads, config_.head_dim);
    rms_norm(queries, layer.query_norm, epsilon, queries, options_.isa);
    rms_norm(keys, layer.key_norm, epsilon, keys, options_.isa);
  }
  rope(query, config_.head_dim, angles(begin, count), config_.rope.style);
  rope(key, config_.head_dim, angles(begin, count), config_.rope.style);
}

/// change = down(silu(gate(x)) · up(x)) of the normalized rows x.
void Decoder::feed_forward(const LayerWeights& layer) {
  const MatrixView<float> gate = gate_.first(num_rows_);
  activations_.assign(normalized_.first(num_rows_));
  gated_matmul(activations_, {&layer.gate, gate}, {&layer.up, up_.first(num_rows_)}, pool_);
  activations_.assign(gate);
  matmul(activations_, layer.down, change_.first(num_rows_), pool_);
}

/// hidden += change; normalized = the norm of the new hidden.
void Decoder::add_and_normalize(std::span<const float> weight) {
  const MatrixView<float> hidden = hidden_.first(num_rows_);
  const MatrixView<float> change = change_.first(num_rows_);
  const MatrixView<float> normalized = normalized_.first(num_rows_);
  pool_.parallel_for(num_rows_, 1, [&](std::size_t begin, std::size_t end) {
    const MatrixView<float> rows = hidden.row_range(begin, end - begin);
    add(rows, change.row_range(begin, end - begin));
    rms_norm(rows, weight, static_cast<float>(config_.rms_norm_eps),
             normalized.row_range(begin, end - begin), options_.isa);
  });
}

/// The last half layer's change, the final norm and the head, of the sampled rows alone.
MatrixView<const float> Decoder::project(std::span<const std::size_t> sampled_rows) {
  const std::size_t num_sampled = sampled_rows.size();
  const MatrixView<float> logits = logits_.first(num_sampled);
  if (num_sampled == 0) return logits;
  const MatrixView<float> hidden = hidden_.first(num_rows_);
  const MatrixView<float> change = change_.first(num_rows_);
  const MatrixView<float> normalized = normalized_.first(num_sampled);
  pool_.parallel_for(num_sampled, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      CHECK(sampled_rows[i] < num_rows_ && (i == 0 || sampled_rows[i - 1] < sampled_rows[i]),
            "sampled rows must ascend within the batch");
      const MatrixView<float> row = hidden.row_range(sampled_rows[i], 1);
      add(row, change.row_range(sampled_rows[i], 1));
      rms_norm(row, weights_.output_norm, static_cast<float>(config_.rms_norm_eps),
               normalized.row_range(i, 1), options_.isa);
    }
  });
  activations_.assign(normalized);
  matmul(activations_, weights_.head, logits, pool_);
  return logits;
}

}  // namespace falconet
