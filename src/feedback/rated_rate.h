// Shares of rated answers, weighted where the ratings allow it.
#pragma once

#include <optional>
#include <vector>

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

/// The rated answers that `counts`, weighted where the basis allows it: 1 for those that `have` it.
std::vector<WeightedValue> rated_values(const AnalysisTable& table, RatedTest counts,
                                        RatedTest have);

/// Of the rated answers that `counts`, those that `have` it.
std::optional<MessageRate> rated_rate(const AnalysisTable& table, RatedTest counts, RatedTest have,
                                      const Resampling& resampling);

}  // namespace falconet
