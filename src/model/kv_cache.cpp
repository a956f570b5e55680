#include "model/kv_cache.h"

#include <cstring>

#include "base/check.h"

namespace falconet {
namespace {

/// Of one layer's keys, or values.
std::size_t side_bytes(const KvCacheShape& shape, std::size_t num_blocks) {
  return num_blocks * shape.num_kv_heads * kv_head_bytes(shape.type, shape.head_dim);
}

}  // namespace

KvCache::KvCache(const KvCacheShape& shape, std::size_t num_blocks)
    : shape_(shape),
      num_blocks_(num_blocks),
      // Not initialised: pages that no sequence ever reached cost no memory.
      bytes_(std::make_unique_for_overwrite<std::byte[]>(shape.num_layers * 2 *
                                                         side_bytes(shape, num_blocks))) {}

KvLayerView KvCache::layer(std::size_t index) {
  CHECK(index < shape_.num_layers);
  const std::size_t side = side_bytes(shape_, num_blocks_);
  std::byte* keys = bytes_.get() + index * 2 * side;
  return {.type = shape_.type,
          .keys = keys,
          .values = keys + side,
          .num_blocks = num_blocks_,
          .num_kv_heads = shape_.num_kv_heads,
          .head_dim = shape_.head_dim};
}

void KvCache::copy_block(BlockId from, BlockId to) {
  CHECK(from != to && from.value >= 0 && to.value >= 0);
  const auto source = static_cast<std::size_t>(from.value);
  const auto target = static_cast<std::size_t>(to.value);
  CHECK(source < num_blocks_ && target < num_blocks_);
  const std::size_t block = side_bytes(shape_, 1);
  const std::size_t side = side_bytes(shape_, num_blocks_);
  for (std::size_t i = 0; i < shape_.num_layers * 2; ++i) {
    std::byte* blocks = bytes_.get() + i * side;
    std::memcpy(blocks + target * block, blocks + source * block, block);
  }
}

}  // namespace falconet
