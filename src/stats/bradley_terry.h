// Strengths of several answers' makers (models, settings) from blind comparisons of two at a time.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"
#include "stats/people.h"

namespace falconet {

enum class DuelOutcome { FirstWins, SecondWins, Tie };

/// One person's verdict on two contestants, numbered from 0.
struct Duel {
  PersonId person = {};
  int first = 0;
  int second = 0;
  DuelOutcome outcome = DuelOutcome::Tie;
};

struct Strength {
  double log_strength = 0;  // the mean over contestants is 0
  double standard_error = 0;
  Interval interval = {};
};

/// How a contestant stands to another one: the interval of the difference is what decides between
/// the two, not the overlap of their own intervals.
struct StrengthDifference {
  int first = 0;
  int second = 0;
  double difference = 0;  // log odds that first beats second in a duel without a tie
  Interval interval = {};
};

struct BradleyTerryFit {
  std::vector<Strength> strengths;              // [num_contestants]
  std::vector<StrengthDifference> differences;  // every pair, first < second
  /// ln ν of Davidson's model; nothing where no duel was a tie.
  std::optional<double> log_tie;
  int num_people = 0;

  double strength_of(int contestant) const {
    return strengths[static_cast<std::size_t>(contestant)].log_strength;
  }
};

struct BradleyTerryOptions {
  /// Subtracts ridge/2 · Σ log_strength²: a finite answer where someone won every duel.
  double ridge = 0;
  double level = 0.95;
};

/// The greatest likelihood under Davidson's model (1970): first wins with a chance in proportion to
/// its strength πₐ, second to π_b, a tie to ν √(πₐπ_b); without ties, Bradley and Terry's (1952).
/// Intervals from the scatter of people's scores, so that one person's many verdicts count as one
/// person's; Student's t with num_people − 1 degrees of freedom. The order on the page is assumed
/// to be random. Errors: InvalidArgument for a contestant out of range or against itself, fewer
/// than two contestants or people, duels that are all ties, or, without a ridge, where some
/// contestants never lost or tied against any of the others (Ford 1957: their strength would be
/// infinite); TooLarge beyond 100 contestants; as check_level.
Result<BradleyTerryFit> bradley_terry(std::span<const Duel> duels, int num_contestants,
                                      const BradleyTerryOptions& options);

}  // namespace falconet
