#include "cli/sequence_group.h"

#include <algorithm>
#include <numeric>

namespace falconet {

SequenceGroup::SequenceGroup(Model& model, std::size_t num_sequences, std::size_t max_tokens)
    : model_(model),
      blocks_per_sequence_((max_tokens + kBlockTokens - 1) / kBlockTokens),
      cache_(model.kv_cache_shape(), num_sequences * blocks_per_sequence_),
      slices_(num_sequences),
      sampled_rows_(num_sequences) {
  for (std::size_t i = 0; i < num_sequences * blocks_per_sequence_; ++i) {
    blocks_.push_back(BlockId{static_cast<std::int32_t>(i)});
  }
  std::iota(sampled_rows_.begin(), sampled_rows_.end(), std::size_t{0});
}

std::span<const BlockId> SequenceGroup::block_table(std::size_t sequence) const {
  return std::span(blocks_).subspan(sequence * blocks_per_sequence_, blocks_per_sequence_);
}

MatrixView<const float> SequenceGroup::prefill(std::span<const TokenId> ids) {
  const std::size_t max_tokens = model_.limits().max_batch_tokens;
  MatrixView<const float> logits;
  for (std::size_t start = 0; start < ids.size(); start += max_tokens) {
    const std::size_t count = std::min(max_tokens, ids.size() - start);
    const SequenceSlice slice{0, count, start, block_table(0)};
    const std::size_t last_row = count - 1;
    const bool is_last = start + count == ids.size();
    const std::span<const std::size_t> sampled{&last_row, is_last ? 1u : 0u};
    logits = model_.forward({ids.subspan(start, count), {&slice, 1}, sampled}, cache_);
  }
  return logits;
}

void SequenceGroup::copy_to_all(std::size_t num_tokens) {
  const std::size_t num_blocks = (num_tokens + kBlockTokens - 1) / kBlockTokens;
  for (std::size_t sequence = 1; sequence < slices_.size(); ++sequence) {
    for (std::size_t i = 0; i < num_blocks; ++i) {
      cache_.copy_block(block_table(0)[i], block_table(sequence)[i]);
    }
  }
}

MatrixView<const float> SequenceGroup::decode(std::span<const TokenId> ids, std::size_t position) {
  for (std::size_t i = 0; i < ids.size(); ++i) slices_[i] = {i, 1, position, block_table(i)};
  return model_.forward(
      {ids, std::span(slices_).first(ids.size()), std::span(sampled_rows_).first(ids.size())},
      cache_);
}

}  // namespace falconet
