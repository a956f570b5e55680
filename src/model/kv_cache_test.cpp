#include "model/kv_cache.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace falconet {
namespace {

constexpr KvCacheShape kShape = {.num_layers = 2, .num_kv_heads = 3, .head_dim = 4};
constexpr std::size_t kElements = kShape.num_kv_heads * kBlockTokens * kShape.head_dim;

/// A block's keys, then its values, in one layer.
std::vector<std::uint16_t> block_of(KvCache& cache, std::size_t layer, std::size_t block) {
  const KvLayerView view = cache.layer(layer);
  std::vector<std::uint16_t> elements(view.keys + block * kElements,
                                      view.keys + (block + 1) * kElements);
  elements.insert(elements.end(), view.values + block * kElements,
                  view.values + (block + 1) * kElements);
  return elements;
}

TEST(KvCache, CopiesABlockInAllLayersAndTouchesNoOther) {
  constexpr std::size_t kBlocks = 4;
  KvCache cache(kShape, kBlocks);
  std::uint16_t next = 0;
  for (std::size_t layer = 0; layer < kShape.num_layers; ++layer) {
    const KvLayerView view = cache.layer(layer);
    for (std::uint16_t* side : {view.keys, view.values}) {
      for (std::size_t i = 0; i < kBlocks * kElements; ++i) side[i] = next++;
    }
  }
  std::vector<std::vector<std::uint16_t>> before;
  for (std::size_t layer = 0; layer < kShape.num_layers; ++layer) {
    for (std::size_t block = 0; block < kBlocks; ++block) {
      before.push_back(block_of(cache, layer, block));
    }
  }
  cache.copy_block({1}, {3});
  for (std::size_t layer = 0; layer < kShape.num_layers; ++layer) {
    for (std::size_t block = 0; block < kBlocks; ++block) {
      const std::size_t source = block == 3 ? 1 : block;
      EXPECT_EQ(block_of(cache, layer, block), before[layer * kBlocks + source]);
    }
  }
}

}  // namespace
}  // namespace falconet
