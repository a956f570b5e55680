#include "model/kv_cache.h"

#include <cstring>

#include "base/check.h"

namespace falconet {
namespace {

std::size_t elements_per_side(const KvCacheShape& shape, std::size_t num_blocks) {
  return num_blocks * shape.num_kv_heads * kBlockTokens * shape.head_dim;
}

}  // namespace

KvCache::KvCache(const KvCacheShape& shape, std::size_t num_blocks)
    : shape_(shape),
      num_blocks_(num_blocks),
      // Not initialised: pages that no sequence ever reached cost no memory.
      elements_(std::make_unique_for_overwrite<std::uint16_t[]>(
          shape.num_layers * 2 * elements_per_side(shape, num_blocks))) {}

KvLayerView KvCache::layer(std::size_t index) {
  CHECK(index < shape_.num_layers);
  const std::size_t side = elements_per_side(shape_, num_blocks_);
  std::uint16_t* keys = elements_.get() + index * 2 * side;
  return {.keys = keys,
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
  const std::size_t block = elements_per_side(shape_, 1);
  const std::size_t side = elements_per_side(shape_, num_blocks_);
  for (std::size_t i = 0; i < shape_.num_layers * 2; ++i) {
    std::uint16_t* elements = elements_.get() + i * side;
    std::memcpy(elements + target * block, elements + source * block, block * sizeof *elements);
  }
}

}  // namespace falconet
