#include "stats/mixed_mode.h"

#include <cmath>
#include <optional>

namespace falconet {
namespace {

constexpr double kLeastDeviation = 0.01;
constexpr double kLargestDeviation = 10;
const double kGolden = (std::sqrt(5.0) - 1) / 2;

}  // namespace

Result<MixedMode> mixed_mode_at(const RegressionData& data, const PersonIndex& index,
                                const LogisticPenalty& penalty, const LogisticMode* start) {
  TRY_ASSIGN(LogisticMode mode, logistic_mode(data, index, penalty, start));
  double value = mode.log_likelihood;
  if (penalty.variance > 0) {
    value -= dot(mode.intercepts, mode.intercepts) / (2 * penalty.variance);
    for (const double information : mode.person_information) {
      value -= 0.5 * std::log1p(penalty.variance * information);
    }
  }
  return MixedMode{.mode = std::move(mode), .variance = penalty.variance, .log_likelihood = value};
}

Result<MixedMode> mixed_mode(const RegressionData& data, const PersonIndex& index, double ridge,
                             double precision) {
  double low = std::log(kLeastDeviation);
  double high = std::log(kLargestDeviation);
  std::optional<MixedMode> best;
  const auto value_at = [&](double log_deviation) -> Result<double> {
    const LogisticPenalty penalty{.ridge = ridge, .variance = std::exp(2 * log_deviation)};
    TRY_ASSIGN(MixedMode found, mixed_mode_at(data, index, penalty, best ? &best->mode : nullptr));
    const double value = found.log_likelihood;
    if (!best || value > best->log_likelihood) best = std::move(found);
    return value;
  };
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  TRY_ASSIGN(double at_left, value_at(left));
  TRY_ASSIGN(double at_right, value_at(right));
  while (high - low > precision) {
    if (at_left > at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      TRY_ASSIGN(at_left, value_at(left));
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      TRY_ASSIGN(at_right, value_at(right));
    }
  }
  return *std::move(best);
}

}  // namespace falconet
