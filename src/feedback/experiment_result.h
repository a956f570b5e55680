// What an experiment shows, once as many people as it was planned for have judged.
#pragma once

#include <cstdint>
#include <optional>

#include "feedback/records.h"
#include "feedback/trial.h"
#include "stats/interval.h"
#include "store/experiments.h"

namespace falconet {

struct ArmResult {
  std::int64_t num_people = 0;  // who judged an answer
  std::int64_t num_ratings = 0;
  double poor_share = 0;  // mean over people of their share of poor ratings
};

struct ExperimentResult {
  ArmResult first = {};
  ArmResult second = {};
  bool is_decided = false;  // both arms had their people; what follows is empty before
  std::optional<UnixMillis> decided = {};  // when they had; later ratings change nothing
  double difference = 0;                   // of the shares, second − first
  std::optional<Interval> interval = {};   // bootstrap over people, bias-corrected and accelerated
  std::optional<double> p_value = {};      // permutation test of the people
  TrialVerdict verdict = TrialVerdict::NotEnoughData;
  /// People an arm by which a difference as large as this one would be found with a chance of 80 %;
  /// only where it was not, and there is one.
  std::optional<std::int64_t> people_needed = {};
};

/// Before it is decided only people and ratings are counted: whoever looked at differences while
/// they come in, and stopped at a good one, would find some where there are none. Fewer poor
/// answers are an improvement. Ratings of both kinds count, voluntary and asked for: the people
/// were divided by chance, so that what makes people rate is the same in both arms. Test and
/// interval at 5 %.
Result<ExperimentResult> judge_experiment(const Experiment& experiment,
                                          const FeedbackRecords& records,
                                          const Resampling& resampling);

}  // namespace falconet
