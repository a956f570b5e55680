// Two settings on the same items: whether the second is better, worse, or not known to be either.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "stats/paired_comparison.h"

namespace falconet {

enum class TrialVerdict { Improved, Worse, NotEnoughData };

struct TrialResult {
  PairedCounts counts = {};  // right under the first, the second
  PairedProportions difference = {};
  TrialVerdict verdict = TrialVerdict::NotEnoughData;
  /// Items by which a difference as large as this one would be found with a chance of 80 %; only
  /// where it was not, and there is one.
  std::optional<std::int64_t> items_needed = {};
};

/// McNemar's exact test at 5 %. Errors: InvalidArgument without an item.
Result<TrialResult> judge_trial(const PairedCounts& counts);

/// "improved", "worse", "not enough data".
std::string_view trial_verdict_name(TrialVerdict verdict);

/// {"both", "only_a", "only_b", "neither", "difference", "interval", "p", "verdict",
/// "items_needed"}.
Json trial_result_json(const TrialResult& result);

}  // namespace falconet
