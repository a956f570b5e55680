// The memory of all KV blocks of all layers. Which block belongs to whom is the engine's affair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/strong_id.h"
#include "kernels/attention.h"

namespace falconet {

struct KvCacheShape {
  std::size_t num_layers = 0;
  std::size_t num_kv_heads = 0;
  std::size_t head_dim = 0;
  KvType type = KvType::F16;

  /// Bytes of one block over all layers, keys and values.
  std::size_t block_bytes() const {
    return num_layers * 2 * num_kv_heads * kv_head_bytes(type, head_dim);
  }
};

class KvCache {
 public:
  KvCache(const KvCacheShape& shape, std::size_t num_blocks);

  const KvCacheShape& shape() const { return shape_; }
  std::size_t num_blocks() const { return num_blocks_; }

  KvLayerView layer(std::size_t index);

  /// Gives one block the keys and values of another, in all layers.
  void copy_block(BlockId from, BlockId to);

 private:
  KvCacheShape shape_;
  std::size_t num_blocks_;
  std::unique_ptr<std::byte[]> bytes_;  // [layer][keys, values][block][head]
};

}  // namespace falconet
