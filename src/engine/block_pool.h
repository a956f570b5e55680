// Who holds which KV blocks: a pool that counts references, and tables that give theirs back.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

/// Blocks 0 … num_blocks - 1. A block is free when nobody holds a reference to it.
class BlockPool {
 public:
  explicit BlockPool(std::size_t num_blocks);

  /// Appends `count` free blocks to `table`, one reference each; all of them or none.
  bool allocate(std::size_t count, std::vector<BlockId>& table);

  /// One more reference to each block; they must be in use.
  void share(std::span<const BlockId> blocks);

  /// One reference less to each block.
  void release(std::span<const BlockId> blocks);

  std::size_t num_blocks() const { return references_.size(); }
  std::size_t num_free() const { return free_.size(); }
  std::size_t num_used() const { return num_blocks() - num_free(); }
  int num_references(BlockId block) const;

 private:
  std::vector<int> references_;
  // The block given back last goes out first: memory that no sequence ever needed stays untouched.
  std::vector<BlockId> free_;
};

/// A sequence's blocks in order of position. Blocks shared with another table are never written
/// again: they are full.
class BlockTable {
 public:
  /// The pool must outlive the table.
  explicit BlockTable(BlockPool& pool) : pool_(&pool) {}
  ~BlockTable() { clear(); }
  BlockTable(BlockTable&& other) noexcept;
  BlockTable& operator=(BlockTable&&) = delete;

  /// Memory for `num_blocks` entries, so that growing up to there does not allocate.
  void reserve(std::size_t num_blocks) { blocks_.reserve(num_blocks); }

  /// Grows to at least `num_blocks`; false, and nothing changed, if the pool has too few.
  bool grow_to(std::size_t num_blocks);

  /// Becomes the first `count` blocks of `other`, which holds at least as many; must be empty.
  void share_prefix(const BlockTable& other, std::size_t count);

  void clear();

  std::size_t size() const { return blocks_.size(); }
  std::span<const BlockId> ids() const { return blocks_; }

 private:
  BlockPool* pool_;
  std::vector<BlockId> blocks_;
};

}  // namespace falconet
