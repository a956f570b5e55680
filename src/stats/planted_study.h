// Studies with known effects of prompt length and turn, for the tests and measurements of
// find_threshold: people of different strictness and talkativeness, conversations whose prompts
// grow.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "stats/threshold.h"

namespace falconet {

/// How the log odds of a bad answer depend on a quantity.
enum class PlantedShape { Nothing, Line, RawLine, Parabola, Bend, Jump };

struct PlantedEffect {
  PlantedShape shape = PlantedShape::Nothing;
  double size = 0;  // log odds over one unit (a doubling of tokens, a turn); of a jump, its height
};

struct PlantedStudyOptions {
  int num_people = 32;
  double messages_per_person = 60;
  double talkativeness = 0.7;  // deviation of the logarithm of people's number of messages
  double strictness = 0.8;     // deviation of people's log odds
  double base = -2;            // log odds where nothing matters
  PlantedEffect tokens = {};   // thresholds at 2,000 tokens and 5 turns
  PlantedEffect turns = {};
};

struct PlantedStudy {
  static constexpr double kTokenThreshold = 2000;
  static constexpr double kTurnThreshold = 5;

  std::vector<PersonId> people = {};
  std::vector<double> tokens = {};
  std::vector<double> turns = {};
  std::vector<double> outcomes = {};

  /// Length with turn beside it, and turn with length.
  ThresholdData by_tokens() const {
    return {.people = people,
            .outcomes = outcomes,
            .axis = {tokens, AxisScale::Log2},
            .curves = {{turns, AxisScale::Raw}}};
  }
  ThresholdData by_turns() const {
    return {.people = people,
            .outcomes = outcomes,
            .axis = {turns, AxisScale::Raw},
            .curves = {{tokens, AxisScale::Log2}}};
  }
};

/// `x` and `threshold` on the scale of the effect; `raw` is x / threshold before the logarithm.
inline double planted_log_odds(const PlantedEffect& effect, double x, double threshold,
                               double raw) {
  const double beyond = x - threshold;
  switch (effect.shape) {
    case PlantedShape::Nothing: return 0;
    case PlantedShape::Line: return effect.size * beyond;
    case PlantedShape::RawLine: return effect.size * (raw - 1);
    case PlantedShape::Parabola: return effect.size * beyond * (beyond + 4) / 4;
    case PlantedShape::Bend: return beyond > 0 ? effect.size * beyond : 0;
    case PlantedShape::Jump: return beyond > 0 ? effect.size : 0;
  }
  return 0;
}

inline PlantedStudy plant_study(std::uint64_t seed, const PlantedStudyOptions& options) {
  constexpr double kNewConversation = 0.15;  // conversations are some seven turns long
  constexpr double kMostTurns = 14;
  Random random(seed);
  PlantedStudy study;
  for (int person = 0; person < options.num_people; ++person) {
    const double strict = options.strictness * random.normal();
    const double spread = options.talkativeness;
    const double mean =
        options.messages_per_person * std::exp(spread * random.normal() - spread * spread / 2);
    const int count = std::max(4, static_cast<int>(std::lround(mean)));
    double turn = 0;
    double history = 0;
    for (int i = 0; i < count; ++i) {
      turn = random.uniform() < kNewConversation || turn == kMostTurns ? 1 : turn + 1;
      if (turn == 1) history = 0;
      const double own = std::min(7000.0, std::exp2(9.6 + 1.6 * random.normal()));
      const double tokens = std::round(std::clamp(own + history, 20.0, 8000.0));
      history = std::min(3000.0, history + 0.15 * own + 60);
      const double odds =
          options.base + strict +
          planted_log_odds(options.tokens, std::log2(tokens), std::log2(study.kTokenThreshold),
                           tokens / study.kTokenThreshold) +
          planted_log_odds(options.turns, turn, study.kTurnThreshold, turn / study.kTurnThreshold);
      study.people.push_back(PersonId{person});
      study.tokens.push_back(tokens);
      study.turns.push_back(turn);
      study.outcomes.push_back(random.uniform() < 1 / (1 + std::exp(-odds)) ? 1 : 0);
    }
  }
  return study;
}

}  // namespace falconet
