// The decoder-only transformer of the Qwen2, Qwen3 and Llama families, told apart by flags.
#pragma once

#include <vector>

#include "model/model.h"
#include "model/weights.h"

namespace falconet {

class Decoder final : public Model {
 public:
  /// Owns the checkpoint, whose mapped embedding rows are read for every token. The pool must
  /// outlive the decoder. Scratch for `max_batch_tokens` rows is allocated here, once.
  Decoder(ModelConfig config, Checkpoint checkpoint, DecoderWeights weights,
          std::size_t max_batch_tokens, ThreadPool& pool);

  ModelLimits limits() const override;
  KvCacheShape kv_cache_shape() const override;
  MatrixView<const float> forward(const Batch& batch, KvCache& cache) override;

  const ModelConfig& config() const { return config_; }

 private:
  /// Rows of scratch as a [rows, cols] view.
  struct Buffer {
    std::vector<float> values;
    std::size_t cols = 0;
    MatrixView<float> rows(std::size_t count) { return {values.data(), count, cols}; }
  };
  Buffer make_buffer(std::size_t cols) const;

  void embed(std::span<const TokenId> tokens);
  void set_positions(const Batch& batch);
  void attend(const LayerWeights& layer, const Batch& batch, const KvLayerView& cache);
  void feed_forward(const LayerWeights& layer, std::size_t num_rows);
  void normalize_heads(MatrixView<float> x, std::span<const float> weight);

  ModelConfig config_;
  Checkpoint checkpoint_;
  DecoderWeights weights_;
  std::size_t max_batch_tokens_;
  ThreadPool& pool_;
  Isa isa_;
  std::vector<double> inverse_frequencies_;

  std::vector<std::size_t> positions_;
  Activations activations_;
  Buffer hidden_;  // the residual stream
  Buffer normed_;
  Buffer query_;
  Buffer key_;
  Buffer value_;
  Buffer attended_;
  Buffer gate_;
  Buffer up_;
  std::vector<float> logits_;
};

}  // namespace falconet
