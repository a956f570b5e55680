// A model as the engine sees it: a batch of token ids in, logits out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/strong_id.h"
#include "kernels/attention.h"
#include "model/kv_cache.h"
#include "tensor/view.h"

namespace falconet {

/// The flat input of one step. Rows are tokens; slices say which sequence and position they are.
struct Batch {
  std::span<const TokenId> tokens;            // [num_tokens]
  std::span<const SequenceSlice> slices;      // cover all rows, in order
  std::span<const std::size_t> sampled_rows;  // rows whose logits are wanted, ascending
};

/// What the engine must know of a model.
struct ModelLimits {
  std::size_t vocab_size = 0;        // columns of the logits
  std::size_t max_context = 0;       // positions that the model was made for
  std::size_t max_batch_tokens = 0;  // rows of a batch; scratch is sized for it
};

class Model {
 public:
  virtual ~Model() = default;

  virtual ModelLimits limits() const = 0;

  /// The shape of the cache that forward() wants.
  virtual KvCacheShape kv_cache_shape() const = 0;

  /// Stores the batch's keys and values in `cache` and returns logits [num_sampled, vocab_size],
  /// valid until the next call. Token ids are inside the vocabulary: the caller checked.
  virtual MatrixView<const float> forward(const Batch& batch, KvCache& cache) = 0;

  /// Makes the keys in `block` those of positions `count` later (SequenceSlice::rope_offset), up to
  /// their rounding.
  virtual void move_on(BlockId block, std::size_t count, KvCache& cache) = 0;
};

}  // namespace falconet
