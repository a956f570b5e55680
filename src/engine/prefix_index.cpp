#include "engine/prefix_index.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/random.h"

namespace falconet {
namespace {

constexpr BlockId kNoBlock = {};

std::size_t entry_of(BlockId block) { return static_cast<std::size_t>(block.value); }

}  // namespace

PrefixIndex::PrefixIndex(std::size_t num_blocks)
    : entries_(num_blocks), buckets_(std::bit_ceil(num_blocks + 1), kNoBlock) {}

std::optional<BlockId> PrefixIndex::find(const BlockContent& content) const {
  if (entries_.empty()) return std::nullopt;
  const std::uint64_t hash = hash_of(content);
  BlockId block = buckets_[hash & (buckets_.size() - 1)];
  while (block != kNoBlock) {
    const Entry& entry = entries_[entry_of(block)];
    if (entry.hash == hash && holds(entry, content)) return block;
    block = entry.next;
  }
  return std::nullopt;
}

void PrefixIndex::insert(BlockId block, const BlockContent& content) {
  Entry& entry = entries_[entry_of(block)];
  CHECK(!entry.is_present, "block ", block.value, " is in the index already");
  const std::uint64_t hash = hash_of(content);
  BlockId& bucket = bucket_of(hash);
  entry = {.is_present = true,
           .hash = hash,
           .parent = content.parent,
           .salt = content.salt,
           .next = bucket};
  std::ranges::copy(content.tokens, entry.tokens.begin());
  bucket = block;
  if (content.parent != kNoBlock) ++entries_[entry_of(content.parent)].num_children;
  ++size_;
}

void PrefixIndex::erase(BlockId block) {
  Entry& entry = entries_[entry_of(block)];
  CHECK(entry.is_present && entry.num_children == 0, "block ", block.value, " has ",
        entry.num_children, " blocks after it");
  BlockId* link = &bucket_of(entry.hash);
  while (*link != block) link = &entries_[entry_of(*link)].next;
  *link = entry.next;
  if (entry.parent != kNoBlock) --entries_[entry_of(entry.parent)].num_children;
  entry.is_present = false;
  --size_;
}

bool PrefixIndex::contains(BlockId block) const {
  return entry_of(block) < entries_.size() && entries_[entry_of(block)].is_present;
}

// Collisions cost time alone. Who shares the machine with others has a salt that nobody knows, so
// that no one can make them at will.
std::uint64_t PrefixIndex::hash_of(const BlockContent& content) const {
  CHECK(content.tokens.size() == kBlockTokens);
  std::uint64_t hash = content.salt.high;
  if (content.parent == kNoBlock) {
    hash ^= std::rotl(content.salt.low, 32);
  } else {
    CHECK(contains(content.parent), "block ", content.parent.value, " is not in the index");
    hash = entries_[entry_of(content.parent)].hash;
  }
  for (const TokenId token : content.tokens) {
    std::uint64_t state = hash ^ static_cast<std::uint32_t>(token.value);
    hash = split_mix(state);
  }
  return hash;
}

bool PrefixIndex::holds(const Entry& entry, const BlockContent& content) const {
  if (entry.parent != content.parent || !std::ranges::equal(entry.tokens, content.tokens)) {
    return false;
  }
  return content.parent != kNoBlock || entry.salt == content.salt;
}

}  // namespace falconet
