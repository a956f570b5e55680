// Blocks in the order of their last use; each is taken out in constant time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/strong_id.h"

namespace falconet {

/// A doubly linked list inside an array, so that nothing allocates. A block is in it once at most.
class BlockLru {
 public:
  explicit BlockLru(std::size_t num_blocks) : links_(num_blocks + 1), end_(num_blocks) {
    links_[end_] = {end_, end_};
  }

  std::size_t size() const { return size_; }

  void push_newest(BlockId block) {
    const std::size_t position = index(block);
    const std::size_t newest = links_[end_].older;
    links_[position] = {newest, end_};
    links_[newest].newer = position;
    links_[end_].older = position;
    ++size_;
  }

  void remove(BlockId block) {
    const Link link = links_[index(block)];
    links_[link.older].newer = link.newer;
    links_[link.newer].older = link.older;
    --size_;
  }

  BlockId pop_oldest() {
    CHECK(size_ > 0);
    const BlockId oldest{static_cast<std::int32_t>(links_[end_].newer)};
    remove(oldest);
    return oldest;
  }

 private:
  struct Link {
    std::size_t older = 0;
    std::size_t newer = 0;
  };

  static std::size_t index(BlockId block) { return static_cast<std::size_t>(block.value); }

  std::vector<Link> links_;  // the last one is both ends: after the newest and before the oldest
  std::size_t end_;
  std::size_t size_ = 0;
};

}  // namespace falconet
