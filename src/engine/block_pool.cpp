#include "engine/block_pool.h"

#include <utility>

#include "base/check.h"

namespace falconet {
namespace {

std::size_t index_of(BlockId block) { return static_cast<std::size_t>(block.value); }

}  // namespace

BlockPool::BlockPool(std::size_t num_blocks) : references_(num_blocks, 0) {
  free_.reserve(num_blocks);
  for (std::size_t i = num_blocks; i > 0; --i) free_.push_back({static_cast<std::int32_t>(i - 1)});
}

bool BlockPool::allocate(std::size_t count, std::vector<BlockId>& table) {
  if (count > free_.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const BlockId block = free_.back();
    free_.pop_back();
    references_[index_of(block)] = 1;
    table.push_back(block);
  }
  return true;
}

void BlockPool::share(std::span<const BlockId> blocks) {
  for (const BlockId block : blocks) {
    CHECK(num_references(block) > 0, "block ", block.value, " is free and cannot be shared");
    ++references_[index_of(block)];
  }
}

void BlockPool::release(std::span<const BlockId> blocks) {
  for (std::size_t i = blocks.size(); i > 0; --i) {  // so that they go out again in order
    const BlockId block = blocks[i - 1];
    CHECK(num_references(block) > 0, "block ", block.value, " was released twice");
    if (--references_[index_of(block)] == 0) free_.push_back(block);
  }
}

int BlockPool::num_references(BlockId block) const {
  CHECK(block.value >= 0 && index_of(block) < references_.size());
  return references_[index_of(block)];
}

BlockTable::BlockTable(BlockTable&& other) noexcept
    : pool_(other.pool_), blocks_(std::exchange(other.blocks_, {})) {}

bool BlockTable::grow_to(std::size_t num_blocks) {
  return num_blocks <= size() || pool_->allocate(num_blocks - size(), blocks_);
}

void BlockTable::share_prefix(const BlockTable& other, std::size_t count) {
  CHECK(blocks_.empty() && count <= other.size() && pool_ == other.pool_);
  const auto prefix = other.ids().first(count);
  pool_->share(prefix);
  blocks_.assign(prefix.begin(), prefix.end());
}

void BlockTable::clear() {
  pool_->release(blocks_);
  blocks_.clear();
}

}  // namespace falconet
