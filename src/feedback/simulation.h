// A simulated study: records with planted effects, and what was planted.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "feedback/issue_category.h"
#include "feedback/records.h"
#include "feedback/simulation_spec.h"

namespace falconet {

/// What came of the spec, over all answers, rated or not: what an analysis of the ratings aims at.
struct SimulationTruth {
  std::int64_t num_answers = 0;
  std::int64_t num_poor = 0;
  std::int64_t num_structured = 0;
  std::int64_t num_malformed = 0;
  std::array<std::int64_t, kIssueCategories.size()> causes = {};  // of the poor answers
};

struct SimulatedStudy {
  FeedbackRecords records = {};
  SimulationTruth truth = {};
};

/// The same spec and seed give the same study on every machine. Errors: TooLarge (more answers than
/// a folder may hold).
Result<SimulatedStudy> simulate_study(const SimulationSpec& spec, std::uint64_t seed);

/// The spec, the seed and the truth as one JSON object.
std::string truth_json(const SimulationSpec& spec, std::uint64_t seed,
                       const SimulationTruth& truth);

/// The model behind the answers: the log-odds of a poor one, before malformed JSON and tone.
double poor_log_odds(const SimulationSpec& spec, std::int64_t prompt_tokens, std::int64_t turn);

}  // namespace falconet
