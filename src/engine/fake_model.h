// A model for tests whose logits are a hash of its sequence as the KV cache holds it: a wrong
// block, position or order gives other tokens.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "base/strong_id.h"
#include "model/model.h"

namespace falconet {

struct FakeModelOptions {
  std::size_t vocab_size = 97;
  std::size_t max_context = 4096;
  std::size_t max_batch_tokens = 64;
  double spread = 3;  // standard deviation of the logits
  // Of what is added by the last two tokens alone: text that repeats itself, if it is the larger.
  double habit = 0;
  std::chrono::microseconds step_time{0};  // forward() takes this long
};

class FakeModel final : public Model {
 public:
  explicit FakeModel(const FakeModelOptions& options = {})
      : options_(options), logits_(options.max_batch_tokens * options.vocab_size) {}

  ModelLimits limits() const override {
    return {.vocab_size = options_.vocab_size,
            .max_context = options_.max_context,
            .max_batch_tokens = options_.max_batch_tokens};
  }

  KvCacheShape kv_cache_shape() const override {
    return {.num_layers = 1, .num_kv_heads = 1, .head_dim = 2};
  }

  MatrixView<const float> forward(const Batch& batch, KvCache& cache) override {
    if (options_.step_time.count() > 0) std::this_thread::sleep_for(options_.step_time);
    CHECK(batch.tokens.size() <= options_.max_batch_tokens);
    const KvLayerView layer = cache.layer(0);
    std::size_t num_rows = 0;
    for (const SequenceSlice& slice : batch.slices) {
      CHECK(slice.first_row == num_rows, "slices must cover the rows in order");
      num_rows += slice.num_tokens;
      for (std::size_t i = 0; i < slice.num_tokens; ++i) {
        std::uint16_t* cell = cell_of(layer, slice, slice.first_position + i);
        cell[0] = static_cast<std::uint16_t>(batch.tokens[slice.first_row + i].value);
        cell[1] = static_cast<std::uint16_t>(slice.first_position + slice.rope_offset + i);
      }
    }
    CHECK(num_rows == batch.tokens.size());
    for (std::size_t i = 0; i < batch.sampled_rows.size(); ++i) {
      write_logits(layer, batch, batch.sampled_rows[i], &logits_[i * options_.vocab_size]);
    }
    return {logits_.data(), batch.sampled_rows.size(), options_.vocab_size};
  }

  void move_on(BlockId block, std::size_t count, KvCache& cache) override {
    const KvLayerView layer = cache.layer(0);
    const BlockId table[] = {block};
    for (std::size_t i = 0; i < kBlockTokens; ++i) {
      cell_of(layer, {.block_table = table}, i)[1] += static_cast<std::uint16_t>(count);
    }
  }

  /// What forward() gives for a sequence, computed without a cache.
  static std::vector<float> logits_after(std::span<const TokenId> tokens, std::size_t vocab_size,
                                         double spread) {
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      mix(hash, static_cast<std::uint64_t>(tokens[i].value), i);
    }
    std::vector<float> logits(vocab_size);
    Random random(hash);
    for (float& logit : logits) logit = static_cast<float>(spread * random.normal());
    return logits;
  }

  static void add_habit(TokenId last, TokenId before, double habit, std::span<float> logits) {
    std::uint64_t hash = 1;
    mix(hash, static_cast<std::uint64_t>(last.value), static_cast<std::uint64_t>(before.value));
    Random random(hash);
    for (float& logit : logits) logit += static_cast<float>(habit * random.normal());
  }

 private:
  static void mix(std::uint64_t& hash, std::uint64_t token, std::uint64_t position) {
    std::uint64_t state = hash ^ (token << 20) ^ position;
    hash = split_mix(state);
  }

  static std::uint16_t* cell_of(const KvLayerView& layer, const SequenceSlice& slice,
                                std::size_t position) {
    const BlockId block = slice.block_table[position / kBlockTokens];
    CHECK(static_cast<std::size_t>(block.value) < layer.num_blocks);
    const std::size_t row =
        static_cast<std::size_t>(block.value) * kBlockTokens + position % kBlockTokens;
    return reinterpret_cast<std::uint16_t*>(layer.keys) + row * layer.head_dim;
  }

  void write_logits(const KvLayerView& layer, const Batch& batch, std::size_t row,
                    float* logits) const {
    for (const SequenceSlice& slice : batch.slices) {
      if (row < slice.first_row || row >= slice.first_row + slice.num_tokens) continue;
      const std::size_t last = slice.first_position + row - slice.first_row;
      std::uint64_t hash = 0;
      for (std::size_t position = 0; position <= last; ++position) {
        const std::uint16_t* cell = cell_of(layer, slice, position);
        // Models see how far apart two positions are.
        mix(hash, cell[0],
            static_cast<std::uint16_t>(cell[1] - static_cast<std::uint16_t>(slice.rope_offset)));
      }
      Random random(hash);
      for (std::size_t i = 0; i < options_.vocab_size; ++i) {
        logits[i] = static_cast<float>(options_.spread * random.normal());
      }
      if (options_.habit == 0) continue;
      const TokenId before = {last == 0 ? 0 : cell_of(layer, slice, last - 1)[0]};
      add_habit({cell_of(layer, slice, last)[0]}, before, options_.habit,
                {logits, options_.vocab_size});
    }
  }

  FakeModelOptions options_;
  std::vector<float> logits_;
};

}  // namespace falconet
