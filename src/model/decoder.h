// The forward pass of the qwen2, qwen3 and llama families: one transformer decoder with switches.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "formats/checkpoint.h"
#include "kernels/elementwise.h"
#include "kernels/isa.h"
#include "kernels/matmul.h"
#include "model/config.h"
#include "model/model.h"
#include "model/weights.h"

namespace falconet {

struct DecoderOptions {
  std::size_t max_batch_tokens = 512;
  Isa isa = Isa::Reference;
  KvType kv_type = KvType::F16;  // Q8_0: of heads that kKvGroup divides
};

/// A token's logits do not depend on what else is in the batch, nor on how its sequence was cut
/// into batches, bit for bit.
class Decoder final : public Model {
 public:
  /// Owns the checkpoint, whose mapped embedding rows are read for every token. The pool must
  /// outlive the decoder. Scratch for `max_batch_tokens` rows is allocated here, once.
  Decoder(ModelConfig config, DecoderWeights weights, Checkpoint checkpoint,
          const DecoderOptions& options, ThreadPool& pool);

  const ModelConfig& config() const { return config_; }

  ModelLimits limits() const override;
  KvCacheShape kv_cache_shape() const override;
  MatrixView<const float> forward(const Batch& batch, KvCache& cache) override;
  void move_on(BlockId block, std::size_t count, KvCache& cache) override;

 private:
  /// Rows of f32 whose memory is sized once; pages that no batch reached cost nothing.
  class Rows {
   public:
    Rows(std::size_t max_rows, std::size_t cols);
    MatrixView<float> first(std::size_t num_rows) const;

   private:
    std::size_t max_rows_;
    std::size_t cols_;
    std::unique_ptr<float[]> values_;
  };

  void embed(std::span<const TokenId> tokens);
  void find_positions(std::span<const SequenceSlice> slices);
  void attend(const LayerWeights& layer, const Batch& batch, const KvLayerView& cache);
  void rotate(const LayerWeights& layer, std::size_t begin, std::size_t count);
  RopeAngles angles(std::size_t begin, std::size_t count) const;
  void feed_forward(const LayerWeights& layer);
  void add_and_normalize(std::span<const float> weight);
  MatrixView<const float> project(std::span<const std::size_t> sampled_rows);

  ModelConfig config_;
  DecoderWeights weights_;
  Checkpoint checkpoint_;  // owns the embedding's bytes
  DecoderOptions options_;
  ThreadPool& pool_;
  std::vector<double> inverse_frequencies_;

  std::size_t num_rows_ = 0;  // of the current batch
  std::vector<std::size_t> positions_;
  Rows cosines_;     // of the positions' angles [num_rows, rotary_dim / 2]
  Rows sines_;       // as cosines_
  Rows hidden_;      // the residual stream [num_rows, hidden_size]
  Rows normalized_;  // [num_rows, hidden_size]
  Rows change_;      // what a half layer adds to the stream [num_rows, hidden_size]
  Rows query_;       // [num_rows, q_dim]
  Rows key_;         // [num_rows, kv_dim]
  Rows value_;       // [num_rows, kv_dim]
  Rows attended_;    // [num_rows, q_dim]
  Rows gate_;        // [num_rows, intermediate_size]
  Rows up_;          // [num_rows, intermediate_size]
  Rows logits_;      // [num_sampled, vocab_size]
  Activations activations_;
};

}  // namespace falconet
