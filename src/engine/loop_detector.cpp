#include "engine/loop_detector.h"

#include <algorithm>

namespace falconet {

LoopDetector::LoopDetector() : runs_(kMaxPeriod, 0) {}

bool LoopDetector::observe(std::span<const TokenId> output) {
  const TokenId token = output.back();
  const std::size_t max_period = std::min(kMaxPeriod, output.size() - 1);
  bool is_looping = false;
  for (std::size_t period = 1; period <= max_period; ++period) {
    std::size_t& run = runs_[period - 1];
    run = output[output.size() - 1 - period] == token ? run + 1 : 0;
    is_looping |= run >= std::max(kMinRunTokens, kMinRepeats * period);
  }
  return is_looping;
}

}  // namespace falconet
