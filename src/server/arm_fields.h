// A setting or model under test, as experiments and studies send it.
#pragma once

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/arms.h"

namespace falconet {

/// {"name", "parameters", "model"}; `name` is what messages call it.
/// Errors: InvalidArgument naming the member.
Result<ExperimentArm> read_arm(const Json& object, const std::string& name);

/// A list of them.
Result<std::vector<ExperimentArm>> read_arms(const Json& list, const std::string& name);

Json arms_json(const std::vector<ExperimentArm>& arms);

}  // namespace falconet
