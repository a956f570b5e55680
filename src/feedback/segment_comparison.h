// Do the segments judge differently? Each against all others, by people, never by messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"

namespace falconet {

struct SegmentResult {
  std::string segment = {};
  std::int64_t num_people = 0;  // who rated
  std::int64_t num_ratings = 0;
  double poor_share = 0;  // mean over people of their share of poor ratings
  double others_share = 0;
  std::optional<double> p_value = {};           // permutation test; none for a small group
  std::optional<double> adjusted_p_value = {};  // see correct_together
  bool is_exact = false;                        // all divisions were counted
  std::optional<double> cliffs_delta = {};
  std::optional<Interval> delta_interval = {};
  /// The smallest excess over the others that this many ratings would show with 80 % power.
  std::optional<double> detectable_difference = {};
};

/// Groups with fewer people are described and not tested.
constexpr std::int64_t kLeastTestedPeople = 5;

std::vector<SegmentResult> compare_segments(const AnalysisTable& table,
                                            const Resampling& resampling);

}  // namespace falconet
