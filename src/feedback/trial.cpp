#include "feedback/trial.h"

#include <cmath>

namespace falconet {
namespace {

constexpr double kAlpha = 0.05;
constexpr double kAlphaQuantile = 1.959964;  // of the normal distribution, two-sided
constexpr double kPowerQuantile = 0.841621;  // 80 %

/// Pairs for McNemar's test (Connor 1987, "Sample size for testing differences in proportions for
/// the paired-sample design").
std::optional<std::int64_t> pairs_needed(double discordant, double difference) {
  if (difference == 0) return std::nullopt;
  const double root = kAlphaQuantile * std::sqrt(discordant) +
                      kPowerQuantile * std::sqrt(discordant - difference * difference);
  return static_cast<std::int64_t>(std::ceil(root * root / (difference * difference)));
}

}  // namespace

Result<TrialResult> judge_trial(const PairedCounts& counts) {
  TrialResult result{.counts = counts};
  TRY_ASSIGN(result.difference, mcnemar_exact(counts));
  if (result.difference.p_value < kAlpha) {
    result.verdict =
        result.difference.difference > 0 ? TrialVerdict::Improved : TrialVerdict::Worse;
    return result;
  }
  const auto num_items =
      static_cast<double>(counts.both + counts.only_first + counts.only_second + counts.neither);
  const double discordant = static_cast<double>(counts.only_first + counts.only_second) / num_items;
  result.items_needed = pairs_needed(discordant, std::abs(result.difference.difference));
  return result;
}

std::string_view trial_verdict_name(TrialVerdict verdict) {
  switch (verdict) {
    case TrialVerdict::Improved: return "improved";
    case TrialVerdict::Worse: return "worse";
    case TrialVerdict::NotEnoughData: break;
  }
  return "not enough data";
}

Json trial_result_json(const TrialResult& result) {
  const PairedCounts& counts = result.counts;
  return {{"both", counts.both},
          {"only_a", counts.only_first},
          {"only_b", counts.only_second},
          {"neither", counts.neither},
          {"difference", result.difference.difference},
          {"interval", {result.difference.interval.low, result.difference.interval.high}},
          {"p", result.difference.p_value},
          {"verdict", trial_verdict_name(result.verdict)},
          {"items_needed", result.items_needed ? Json(*result.items_needed) : Json()}};
}

}  // namespace falconet
