#include "model/kv_cache.h"

#include <gtest/gtest.h>

#include <vector>

namespace falconet {
namespace {

std::size_t block_bytes_of_side(const KvCacheShape& shape) {
  return shape.num_kv_heads * kv_head_bytes(shape.type, shape.head_dim);
}

/// A block's keys, then its values, in one layer.
std::vector<std::byte> block_of(KvCache& cache, std::size_t layer, std::size_t block) {
  const KvLayerView view = cache.layer(layer);
  const std::size_t size = block_bytes_of_side(cache.shape());
  std::vector<std::byte> bytes(view.keys + block * size, view.keys + (block + 1) * size);
  bytes.insert(bytes.end(), view.values + block * size, view.values + (block + 1) * size);
  return bytes;
}

void expect_copy_of_a_block(const KvCacheShape& shape) {
  constexpr std::size_t kBlocks = 4;
  KvCache cache(shape, kBlocks);
  unsigned next = 0;
  for (std::size_t layer = 0; layer < shape.num_layers; ++layer) {
    const KvLayerView view = cache.layer(layer);
    for (std::byte* side : {view.keys, view.values}) {
      const std::size_t size = kBlocks * block_bytes_of_side(shape);
      // 251 is prime: no two blocks hold the same.
      for (std::size_t i = 0; i < size; ++i) side[i] = static_cast<std::byte>(next++ % 251);
    }
  }
  std::vector<std::vector<std::byte>> before;
  for (std::size_t layer = 0; layer < shape.num_layers; ++layer) {
    for (std::size_t block = 0; block < kBlocks; ++block) {
      before.push_back(block_of(cache, layer, block));
    }
  }
  cache.copy_block({1}, {3});
  for (std::size_t layer = 0; layer < shape.num_layers; ++layer) {
    for (std::size_t block = 0; block < kBlocks; ++block) {
      const std::size_t source = block == 3 ? 1 : block;
      EXPECT_EQ(block_of(cache, layer, block), before[layer * kBlocks + source]);
    }
  }
}

TEST(KvCache, CopiesABlockInAllLayersAndTouchesNoOther) {
  expect_copy_of_a_block({.num_layers = 2, .num_kv_heads = 3, .head_dim = 4});
  expect_copy_of_a_block(
      {.num_layers = 2, .num_kv_heads = 1, .head_dim = 32, .type = KvType::Q8_0});
}

TEST(KvCache, TakesAboutHalfTheMemoryInQ8) {
  KvCacheShape shape{.num_layers = 28, .num_kv_heads = 2, .head_dim = 128};
  EXPECT_EQ(shape.block_bytes(), 28u * 1024 * kBlockTokens) << "28 KiB a token";
  shape.type = KvType::Q8_0;
  EXPECT_EQ(shape.block_bytes(), 28u * 544 * kBlockTokens);
}

}  // namespace
}  // namespace falconet
