// Replays items under two settings, paired.
#pragma once

#include <vector>

#include "feedback/model_work.h"
#include "feedback/trial.h"
#include "feedback/trial_setting.h"

namespace falconet {

struct Trial {
  std::vector<TrialItem> items = {};
  TrialSetting first = {};
  TrialSetting second = {};
};

/// Whether every item can be asked under both settings. Errors: InvalidArgument.
Status check_trial(const Trial& trial);

/// Tells of every answer, two an item. Errors: those of check_trial(), of judge_trial() and of
/// AwaitedAnswer.
Result<TrialResult> run_trial(const ModelWork& work, const Trial& trial);

}  // namespace falconet
