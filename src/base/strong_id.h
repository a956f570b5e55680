// Integers of different kinds get different types, so that one cannot be passed for the other.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace falconet {

template <class Tag>
struct StrongId {
  std::int32_t value = -1;
  friend auto operator<=>(StrongId, StrongId) = default;
};

/// An index into a tokenizer's vocabulary.
using TokenId = StrongId<struct TokenTag>;

/// An index of a KV block in the block pool.
using BlockId = StrongId<struct BlockTag>;

}  // namespace falconet

template <class Tag>
struct std::hash<falconet::StrongId<Tag>> {
  std::size_t operator()(falconet::StrongId<Tag> id) const noexcept {
    return std::hash<std::int32_t>()(id.value);
  }
};
