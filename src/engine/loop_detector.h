// Notices output that repeats itself without end.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

/// A loop of period p is a run in which each token equals the one p tokens before it. Small
/// reasoning models fall into loops of a few words up to a few paragraphs.
class LoopDetector {
 public:
  // Longer than the paragraphs that models were seen to repeat; bounds the work a token.
  static constexpr std::size_t kMaxPeriod = 512;
  // A run shorter than this may be a table's rule, a row of zeros or a laugh.
  static constexpr std::size_t kMinRunTokens = 160;
  // A song's refrain or a list of alike items comes back a few times; a loop comes back always.
  static constexpr std::size_t kMinRepeats = 4;

  LoopDetector();

  /// Call once for each new token; `output` ends with it. True once the output loops.
  bool observe(std::span<const TokenId> output);

 private:
  std::vector<std::size_t> runs_;  // [kMaxPeriod]: tokens equal to the one p before, up to now
};

}  // namespace falconet
