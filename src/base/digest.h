// 128 bits that stand for something longer.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace falconet {

/// Whoever makes one says of what; zero stands for nothing in particular.
struct Digest128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Digest128&, const Digest128&) = default;
};

}  // namespace falconet

template <>
struct std::hash<falconet::Digest128> {
  std::size_t operator()(const falconet::Digest128& digest) const noexcept {
    return static_cast<std::size_t>(digest.high ^ (digest.low * 0x9E3779B97F4A7C15u));
  }
};
