// What is under test, and which of two was found better: for machines and for readers.
#pragma once

#include "base/json.h"
#include "feedback/report.h"

namespace falconet {

Json arm_outcomes_json(const std::vector<ArmOutcome>& arms);
Json comparisons_json(const ComparisonResults& results);

/// Of one pair, also of an experiment.
Json contestant_pair_json(const ContestantPair& pair);

/// Arms, and "A against B". Empty results give a section without a table: leave it out.
ReportSection comparison_section(const FeedbackAnalysis& analysis, ReportLanguage language);

}  // namespace falconet
