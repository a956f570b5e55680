#include "engine/block_pool.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace falconet {
namespace {

std::size_t index_of(BlockId block) { return static_cast<std::size_t>(block.value); }

}  // namespace

BlockPool::BlockPool(std::size_t num_blocks, PrefixCaching caching)
    : caching_(caching),
      references_(num_blocks, 0),
      lru_(num_blocks),
      index_(caching == PrefixCaching::On ? num_blocks : 0) {
  free_.reserve(num_blocks);
  for (std::size_t i = num_blocks; i > 0; --i) free_.push_back({static_cast<std::int32_t>(i - 1)});
}

bool BlockPool::allocate(std::size_t count, std::vector<BlockId>& table) {
  if (count > num_free()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const BlockId block = take_free();
    references_[index_of(block)] = 1;
    table.push_back(block);
  }
  return true;
}

BlockId BlockPool::take_free() {
  if (free_.empty()) {
    const BlockId block = lru_.pop_oldest();
    index_.erase(block);
    ++num_evictions_;
    return block;
  }
  const BlockId block = free_.back();
  free_.pop_back();
  return block;
}

void BlockPool::share(std::span<const BlockId> blocks) {
  for (const BlockId block : blocks) {
    const bool is_used = num_references(block) > 0;
    CHECK(is_used || index_.contains(block), "block ", block.value,
          " is free and cannot be shared");
    if (!is_used) lru_.remove(block);
    ++references_[index_of(block)];
  }
}

void BlockPool::release(std::span<const BlockId> blocks) {
  for (std::size_t i = blocks.size(); i > 0; --i) {
    const BlockId block = blocks[i - 1];
    CHECK(num_references(block) > 0, "block ", block.value, " was released twice");
    if (--references_[index_of(block)] > 0) continue;
    if (index_.contains(block)) {
      lru_.push_newest(block);
    } else {
      free_.push_back(block);
    }
  }
}

BlockId BlockPool::publish(BlockId block, const BlockContent& content) {
  CHECK(num_references(block) > 0, "block ", block.value, " is free and holds nothing");
  if (const auto earlier = index_.find(content)) return *earlier;
  index_.insert(block, content);
  return block;
}

int BlockPool::num_references(BlockId block) const {
  CHECK(block.value >= 0 && index_of(block) < references_.size());
  return references_[index_of(block)];
}

BlockTable::BlockTable(BlockTable&& other) noexcept
    : pool_(other.pool_),
      blocks_(std::exchange(other.blocks_, {})),
      num_published_(std::exchange(other.num_published_, 0)),
      ancestors_(std::exchange(other.ancestors_, {})),
      num_found_(std::exchange(other.num_found_, 0)) {}

bool BlockTable::grow_to(std::size_t num_blocks) {
  return num_blocks <= size() || pool_->allocate(num_blocks - size(), blocks_);
}

void BlockTable::share_prefix(const BlockTable& other, std::size_t count) {
  CHECK(blocks_.empty() && count <= other.size() && pool_ == other.pool_);
  const auto prefix = other.ids().first(count);
  pool_->share(prefix);
  blocks_.assign(prefix.begin(), prefix.end());
  num_published_ = std::min(count, other.num_published_);
}

BlockContent BlockTable::content(std::size_t index, std::span<const TokenId> tokens,
                                 const Digest128& salt) const {
  return {.parent = index == 0 ? BlockId{} : blocks_[index - 1],
          .salt = salt,
          .tokens = tokens.subspan(index * kBlockTokens, kBlockTokens)};
}

void BlockTable::take_published(std::span<const TokenId> tokens, const Digest128& salt) {
  CHECK(blocks_.empty());
  if (!pool_->is_caching()) return;
  while (size() < tokens.size() / kBlockTokens) {
    const auto block = pool_->find(content(size(), tokens, salt));
    if (!block) break;
    pool_->share({&*block, 1});
    blocks_.push_back(*block);
  }
  num_published_ = size();
}

void BlockTable::publish(std::span<const TokenId> tokens, std::size_t num_computed,
                         const Digest128& salt) {
  if (!pool_->is_caching()) return;
  for (; num_published_ < num_computed / kBlockTokens; ++num_published_) {
    BlockId& block = blocks_[num_published_];
    const BlockId published = pool_->publish(block, content(num_published_, tokens, salt));
    if (published == block) continue;
    pool_->share({&published, 1});
    pool_->release({&block, 1});
    block = published;
  }
}

BlockCopy BlockTable::own_last() {
  CHECK(!blocks_.empty());
  const BlockId last = blocks_.back();
  CHECK(pool_->allocate(1, blocks_), "there is no block to copy to");
  const BlockId own = blocks_.back();
  blocks_.pop_back();
  drop_last();
  blocks_.push_back(own);
  return {.from = last, .to = own};
}

bool BlockTable::drop_behind_first(std::size_t count, std::vector<BlockCopy>& copies) {
  CHECK(count < size());
  if (num_published_ > 0) hold_ancestors();
  const auto begin = blocks_.begin() + 1;
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  pool_->release({begin, end});
  blocks_.erase(begin, end);
  num_found_ -= std::min(num_found_, count);
  const BlockId first = blocks_.front();
  const bool is_own = pool_->num_references(first) == 1;
  if (num_found_ == 0) let_ancestors_go();
  if (is_own) return true;
  std::vector<BlockId> own;
  if (!pool_->allocate(1, own)) return false;
  copies.push_back({.from = first, .to = own.front()});
  pool_->release({&first, 1});
  blocks_.front() = own.front();
  return true;
}

// Whoever holds a published block holds those before it, so that they stay findable as long.
void BlockTable::hold_ancestors() {
  const auto published = ids().first(num_published_);
  pool_->share(published);
  ancestors_.assign(published.begin(), published.end());
  num_found_ = num_published_ - 1;
  num_published_ = 0;
}

void BlockTable::let_ancestors_go() {
  pool_->release(ancestors_);
  ancestors_.clear();
}

void BlockTable::drop_last() {
  CHECK(!blocks_.empty());
  pool_->release({&blocks_.back(), 1});
  blocks_.pop_back();
  num_published_ = std::min(num_published_, size());
}

void BlockTable::clear() {
  pool_->release(blocks_);
  blocks_.clear();
  num_published_ = 0;
  let_ancestors_go();
  num_found_ = 0;
}

}  // namespace falconet
