// How the models and settings under test did, each for itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"
#include "store/experiments.h"

namespace falconet {

/// Described, not tested: people may have chosen their arm. What compares arms is an experiment.
struct ArmOutcome {
  std::string arm = {};
  std::int64_t num_people = 0;
  std::int64_t num_answers = 0;
  std::int64_t num_ratings = 0;
  std::optional<MessageRate> poor = {};       // of rated answers
  std::optional<MessageRate> malformed = {};  // of those that had to be JSON or a tool call
  double median_total_ms = 0;                 // of answers whose time is known; 0: of none
};

/// By name; answers without an arm are in none.
std::vector<ArmOutcome> arm_outcomes(const AnalysisTable& table, const Resampling& resampling);

/// Experiments' labels ("ID/first") become the names of their arms.
void name_arms(const std::vector<Experiment>& experiments,
               std::vector<StudyGeneration>& generations);

}  // namespace falconet
