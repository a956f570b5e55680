// How many more ratings a study needs before a change of a given size would be seen.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "feedback/rate_estimate.h"

namespace falconet {

struct NeededRatings {
  double difference = 0;    // of the share of poor answers, before against after
  std::int64_t needed = 0;  // in both halves together
  std::int64_t more = 0;    // than the study has
};

struct RatingsNeeded {
  std::int64_t num_ratings = 0;  // that shares of answers rest on
  double design_effect = 1;      // ratings that say as much as one of a new person
  /// The change that these ratings, half before and half after it, would show with 80 % power.
  std::optional<double> detectable = {};
  std::vector<NeededRatings> rows = {};
};

/// Improvements where the share leaves room for them, or else changes for the worse; two-sided
/// 5 %, power 80 %. Nothing without a share.
std::optional<RatingsNeeded> ratings_needed(const std::optional<MessageRate>& poor);

}  // namespace falconet
