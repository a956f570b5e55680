// Numbers counted by their size, as Prometheus wants them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace falconet {

/// A histogram of any bounds, to be read.
struct HistogramView {
  std::span<const double> bounds = {};  // ascending
  std::span<const std::uint64_t> counts =
      {};  // up to each bound, and above the last; not summed up
  double sum = 0;
};

/// `kBounds` is an array of upper bounds, each inclusive.
template <const auto& kBounds>
struct Histogram {
  std::array<std::uint64_t, kBounds.size() + 1> counts = {};
  double sum = 0;

  void observe(double value) {
    const auto bound = std::ranges::lower_bound(kBounds, value);
    ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
    sum += value;
  }

  HistogramView view() const { return {kBounds, counts, sum}; }
};

}  // namespace falconet
