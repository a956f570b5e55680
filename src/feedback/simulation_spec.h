// What a simulated study plants: people, their chats, what goes wrong and who says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace falconet {

struct SimulatedSegment {
  std::string name = {};
  std::int64_t count = 0;      // people who took part
  double chinese_share = 0.5;  // of them who write Chinese
};

/// Nothing up to the threshold, then a steady rise of the log-odds of a poor answer.
struct PlantedThreshold {
  double threshold = 0;
  double slope = 0;  // for each unit beyond: a doubling of the tokens, one turn
};

/// The defaults are the model study: 32 testers, four segments, thresholds at 2,000 tokens and 5
/// turns, some malformed JSON, a bookish tone in Chinese, nothing about safety.
struct SimulationSpec {
  std::string preset = "model-study";
  std::vector<SimulatedSegment> segments = {
      {"local_ai_developer", 15, 0.6},
      {"edge_lead", 8, 0.6},
      {"student_researcher", 6, 0.7},
      {"hobbyist", 3, 0.4},
  };
  double invited_per_tester = 1.25;

  double generations_per_person = 80;  // median
  double generations_spread = 0.4;     // of its logarithm, between people
  std::int64_t num_talkative = 3;
  double talkative_factor = 4;  // times as many answers

  std::int64_t context_max = 4096;
  double longest_document = 4000;  // tokens; documents are log-uniform from 500 on
  double tokens_per_turn = 120;    // of history: what makes later prompts longer

  double base_poor_rate = 0.08;
  double person_spread = 0.5;  // of the log-odds of a poor answer, between people
  PlantedThreshold length = {2000, 2.5};
  PlantedThreshold turn = {5, 0.6};

  double structured_share = 0.15;    // of answers that must be JSON
  double malformed_rate = 0.08;      // of those, when not constrained
  double constrained_share = 0;      // of structured answers
  double chinese_style_rate = 0.06;  // of Chinese answers: too bookish

  double probe_probability = 0.3;
  double probe_answer_rate = 0.8;
  double voluntary_poor_rate = 0.25;  // chance that a poor answer is rated unasked
  double voluntary_good_rate = 0.06;
  double comment_rate = 0.6;  // of ratings of poor answers; of good ones a third of it

  double survey_answer_rate = 0.9;
  std::int64_t num_interviews = 8;
  double sample_probability = 0.1;  // of an answer, for annotation
};

/// The same study in which nothing depends on anything: no thresholds, no malformed JSON, no tone.
SimulationSpec null_simulation();

/// Members that are absent keep the preset's values ("preset": "model-study" or "null").
/// Errors: InvalidArgument (names the member), also for unknown ones: a slip would plant nothing.
Result<SimulationSpec> parse_simulation_spec(std::string_view text);

/// The whole spec as one JSON object, readable by parse_simulation_spec.
std::string simulation_spec_json(const SimulationSpec& spec);

}  // namespace falconet
