// Finds full KV blocks by what they hold: their tokens, after those of all blocks before them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/digest.h"
#include "base/strong_id.h"
#include "kernels/attention.h"

namespace falconet {

/// What a full block holds.
struct BlockContent {
  BlockId parent = {};                   // the block before it; −1: it is a sequence's first
  Digest128 salt = {};                   // of a first block; the others have their parent's
  std::span<const TokenId> tokens = {};  // kBlockTokens
};

/// A tree of blocks behind a hash table. A block's hash goes on from its parent's, and a first
/// block's from the salt; but blocks are told apart by parent and tokens themselves. Comparing 64
/// bytes costs less than a hash that nobody can forge, and is never wrong: keys and values of
/// another prompt would be another's words. Nothing allocates after construction.
class PrefixIndex {
 public:
  explicit PrefixIndex(std::size_t num_blocks);

  std::optional<BlockId> find(const BlockContent& content) const;

  /// The content is not in the index yet, and its parent is.
  void insert(BlockId block, const BlockContent& content);

  /// No block may follow it: whoever holds a block holds its parent, so parents stay longer.
  void erase(BlockId block);

  bool contains(BlockId block) const;
  std::size_t size() const { return size_; }

 private:
  struct Entry {
    bool is_present = false;
    std::uint64_t hash = 0;
    BlockId parent = {};
    Digest128 salt = {};
    std::array<TokenId, kBlockTokens> tokens = {};
    std::size_t num_children = 0;
    BlockId next = {};  // in the same bucket
  };

  std::uint64_t hash_of(const BlockContent& content) const;
  bool holds(const Entry& entry, const BlockContent& content) const;
  BlockId& bucket_of(std::uint64_t hash) { return buckets_[hash & (buckets_.size() - 1)]; }

  std::vector<Entry> entries_;    // [num_blocks]
  std::vector<BlockId> buckets_;  // the first of each bucket; a power of two
  std::size_t size_ = 0;
};

}  // namespace falconet
