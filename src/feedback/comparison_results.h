// Which of two answers side by side people found better, without knowing whose they were.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/rate_estimate.h"
#include "feedback/trial.h"
#include "store/experiments.h"

namespace falconet {

/// Two settings or models, compared by people.
struct ContestantPair {
  std::string first = {};  // the lesser name by bytes, whatever their order in an experiment
  std::string second = {};
  std::int64_t num_people = 0;  // who judged a pair of them
  std::int64_t first_wins = 0;
  std::int64_t second_wins = 0;
  std::int64_t num_ties = 0;
  std::int64_t people_for_first = 0;  // who found it better more often than the other
  std::int64_t people_for_second = 0;
  std::optional<double> p_value = {};           // exact sign test of the people; none for a few
  std::optional<double> adjusted_p_value = {};  // see correct_together
  /// Log odds that first is found better than second where there is no tie (stats/bradley_terry.h:
  /// Davidson's model over all pairs of the study). Nothing where one side never won or tied.
  std::optional<double> log_odds = {};
  std::optional<Interval> log_odds_interval = {};

  std::int64_t num_judged() const { return first_wins + second_wins + num_ties; }
};

struct ComparisonResults {
  std::vector<ContestantPair> pairs = {};  // by names
  std::int64_t num_offered = 0;            // questions with two answers
  std::int64_t num_judged = 0;
  /// How often the left answer was found better, of those that are no ties. The sides are chance,
  /// so that one half is what to expect; another share is a habit, and no error of the comparison.
  std::optional<MessageRate> left = {};
};

ComparisonResults comparison_results(const AnalysisTable& table, const Resampling& resampling,
                                     std::optional<Provenance> only);

/// What an experiment that shows pairs says, once as many people as it was planned for have judged.
struct PairedExperimentResult {
  ContestantPair pair = {};  // first and second are the experiment's arms, in its order
  bool is_decided = false;   // before it is, only people and verdicts are counted
  std::optional<UnixMillis> decided = {};  // later verdicts change nothing
  TrialVerdict verdict = TrialVerdict::NotEnoughData;
};

/// Improved: the second arm is found better, by the exact sign test of people at 5 %.
PairedExperimentResult judge_pairs(const Experiment& experiment, const FeedbackRecords& records);

}  // namespace falconet
