// Sequences of one length that decode together: what `bench` measures.
#pragma once

#include <span>
#include <vector>

#include "base/strong_id.h"
#include "model/kv_cache.h"
#include "model/model.h"

namespace falconet {

class SequenceGroup {
 public:
  /// Room for `max_tokens` positions of each sequence. The model must outlive the group.
  SequenceGroup(Model& model, std::size_t num_sequences, std::size_t max_tokens);

  /// Reads a prompt into the first sequence, in steps as large as the model allows. Returns the
  /// logits [1, vocab_size] after it.
  MatrixView<const float> prefill(std::span<const TokenId> ids);

  /// Gives every sequence a copy of the first one's keys and values.
  void copy_to_all(std::size_t num_tokens);

  /// One step: ids[i] at `position` of sequence i. There may be fewer ids than sequences.
  MatrixView<const float> decode(std::span<const TokenId> ids, std::size_t position);

 private:
  std::span<const BlockId> block_table(std::size_t sequence) const;

  Model& model_;
  std::size_t blocks_per_sequence_;
  KvCache cache_;
  std::vector<BlockId> blocks_;
  std::vector<SequenceSlice> slices_;      // of a decoding step
  std::vector<std::size_t> sampled_rows_;  // 0, 1, 2 …
};

}  // namespace falconet
