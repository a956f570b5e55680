// Shares of rated answers, weighted where the ratings allow it.
#pragma once

#include <optional>

#include "base/function_ref.h"
#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"

namespace falconet {

/// Which ratings a share of answers rests on.
enum class RatingBasis {
  Probes,  // asked at known chances: weighted, stands for all answers
  All,     // too few probes: whoever rated, probably the discontented
};

RatingBasis rating_basis(const AnalysisTable& table);

using RatedTest = FunctionRef<bool(const RatedAnswer&)>;

/// Of the rated answers that `counts`, those that `have` it.
std::optional<MessageRate> rated_rate(const AnalysisTable& table, RatedTest counts, RatedTest have,
                                      const Resampling& resampling);

}  // namespace falconet
