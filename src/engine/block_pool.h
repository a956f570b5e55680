// Who holds which KV blocks: a pool that counts references, and tables that give theirs back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/digest.h"
#include "base/strong_id.h"
#include "engine/block_lru.h"
#include "engine/prefix_index.h"

namespace falconet {

/// Whether full blocks are found again by their content after their sequence has ended.
enum class PrefixCaching { Off, On };

/// Blocks 0 … num_blocks - 1. A block is free when nobody holds a reference to it. A free block
/// that was published stays findable until it is needed for something else; of these the one that
/// was not used for the longest time goes first.
class BlockPool {
 public:
  explicit BlockPool(std::size_t num_blocks, PrefixCaching caching = PrefixCaching::Off);

  /// Appends `count` free blocks to `table`, one reference each; all of them or none.
  bool allocate(std::size_t count, std::vector<BlockId>& table);

  /// One more reference to each block; they must be in use or published.
  void share(std::span<const BlockId> blocks);

  /// One reference less to each block, from the last to the first, so that the end of a prefix is
  /// forgotten before its beginning.
  void release(std::span<const BlockId> blocks);

  /// A published block, in use or not.
  std::optional<BlockId> find(const BlockContent& content) const { return index_.find(content); }

  /// `block` is in use, holds `content` and will not be written again. The block that stands for
  /// the content from now on: this one, or the one that did so before.
  BlockId publish(BlockId block, const BlockContent& content);

  bool is_caching() const { return caching_ == PrefixCaching::On; }
  std::size_t num_blocks() const { return references_.size(); }
  std::size_t num_free() const { return free_.size() + lru_.size(); }
  std::size_t num_used() const { return num_blocks() - num_free(); }
  std::size_t num_published() const { return index_.size(); }
  std::uint64_t num_evictions() const { return num_evictions_; }
  int num_references(BlockId block) const;

 private:
  BlockId take_free();

  PrefixCaching caching_;
  std::vector<int> references_;
  // The block given back last goes out first: memory that no sequence ever needed stays untouched.
  std::vector<BlockId> free_;  // without those that are published…
  BlockLru lru_;               // …which are here
  PrefixIndex index_;
  std::uint64_t num_evictions_ = 0;
};

/// To be done before anything is written in a step.
struct BlockCopy {
  BlockId from = {};
  BlockId to = {};
};

/// A sequence's blocks in order of position. Blocks shared with another table are never written
/// again: they are full, or own_last() makes a copy first.
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

  /// Becomes the published blocks that hold `tokens` from the first on, as many as there are; must
  /// be empty.
  void take_published(std::span<const TokenId> tokens, const Digest128& salt);

  /// Publishes the blocks that `num_computed` positions fill. A block that somebody published
  /// before takes the place of ours, which holds the same.
  void publish(std::span<const TokenId> tokens, std::size_t num_computed, const Digest128& salt);

  /// A block of its own in place of the last one, to be written: the copy that makes it the same.
  /// The pool must have a free block.
  BlockCopy own_last();

  /// Gives back `count` blocks behind the first. The first may be written afterwards: if others
  /// hold or may find it, a copy takes its place. False if there is no block for the copy; then the
  /// table is of no more use and must be cleared.
  bool drop_behind_first(std::size_t count, std::vector<BlockCopy>& copies);

  void drop_last();
  void clear();

  std::size_t size() const { return blocks_.size(); }
  std::span<const BlockId> ids() const { return blocks_; }

 private:
  void hold_ancestors();
  void let_ancestors_go();
  BlockContent content(std::size_t index, std::span<const TokenId> tokens,
                       const Digest128& salt) const;

  BlockPool* pool_;
  std::vector<BlockId> blocks_;
  std::size_t num_published_ = 0;  // so many from the first on
  // Of a table that has dropped some: the published ones, until the last of them is dropped…
  std::vector<BlockId> ancestors_;
  std::size_t num_found_ = 0;  // …and how many of them are still behind the first
};

}  // namespace falconet
