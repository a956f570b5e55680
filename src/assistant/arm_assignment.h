// What an experiment gives to a question: nothing, one arm's setting, or an answer of each arm.
#pragma once

#include <string>
#include <vector>

#include "store/comparisons.h"
#include "store/records.h"
#include "store/store.h"

namespace falconet {

struct GenerationRequest;

struct ArmAssignment {
  std::string label = {};            // what the ledger calls it (arm_label)
  std::string model = {};            // empty: whichever was asked for
  Json parameters = Json::object();  // on top of what was chosen
  ComparisonId comparison = {};      // empty: it is the only answer
};

/// None: the question is answered as asked. One: a half of people is given it. Two: they are to
/// stand side by side, the left one first, and the comparison is entered in the store.
///
/// Who has set any of the arms' parameters themselves is no part of an experiment, nor who has
/// chosen a model that is of neither arm; an answer that is continued stays what it was. `request`
/// names the model that would answer. Errors: NotFound.
Result<std::vector<ArmAssignment>> assign_arms(Store& store, const UserId& user,
                                               const GenerationRequest& request);

}  // namespace falconet
