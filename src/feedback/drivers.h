// What poor ratings are associated with: conditions of the answer, and what people complain of. It
// says what goes together, never what causes what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rated_rate.h"

namespace falconet {

enum class DriverKind {
  Condition,  // known before anybody judged: a long prompt, a late turn …
  Complaint,  // what the person said was wrong; a poor rating and a complaint are one judgement
};

/// What the regression says of one column, the others held fixed.
struct DriverEffect {
  double log_odds = 0;  // of a poor rating, for a standard deviation of the column
  Interval interval = {};
  std::optional<Interval> bootstrap = {};  // the same over people
  double odds_ratio = 1;                   // with it against without
  Interval odds_interval = {};
  double p_value = 1;
  double q_value = 1;  // Benjamini and Hochberg over all drivers
};

struct Driver {
  DriverKind kind = DriverKind::Condition;
  std::string name = {};         // "long_prompt"; of a complaint the category's name
  std::int64_t num_answers = 0;  // rated, with it
  std::int64_t num_people = 0;   // who had such an answer
  double poor_with = 0;          // shares, weighted as all shares of answers
  double poor_without = 0;
  /// None where all answers with it, or all without, were rated alike, or nearly so given the other
  /// columns: then the odds ratio is infinite or 0, no interval holds, and the shares say all.
  std::optional<DriverEffect> effect = {};
};

struct DriverResult {
  bool was_tested = false;
  std::string reason = {};           // why nothing was
  std::vector<Driver> drivers = {};  // conditions before complaints, the strongest effect first
  std::int64_t num_people = 0;
  std::int64_t num_answers = 0;
};

constexpr double kDriverRate = 0.05;            // q-values below it count
constexpr std::int64_t kLeastDriverPeople = 5;  // with it, and without
constexpr std::int64_t kLongPromptTokens = 2000;
constexpr std::int64_t kLateTurn = 5;           // later ones are late
constexpr double kSlowFirstTokenMillis = 3000;  // slower ones are

/// One logistic regression of poor ratings on all conditions, and one, among ratings with words, on
/// the complaints: marginal, clustered by person (stats/logistic.h), probes weighted by the inverse
/// of their chance (Hájek). Columns are standardised, so that effects compare; a ridge of 1 keeps
/// columns that separate the ratings finite, which have no effect of their own to report. Columns
/// with few people are left out. Several tests of one study, to look where to look: Benjamini and
/// Hochberg.
DriverResult drivers_of(const AnalysisTable& table, const Resampling& resampling);

}  // namespace falconet
