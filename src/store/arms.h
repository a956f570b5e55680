// What is compared: a setting or a model under a name, as experiments and studies declare it.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

struct ExperimentArm {
  std::string name = {};
  Json parameters = Json::object();  // as of a conversation
  std::string model = {};            // empty: whichever was asked for

  bool has_setting_of(const ExperimentArm& other) const {
    return parameters == other.parameters && model == other.model;
  }
};

constexpr std::size_t kMaxArms = 20;
constexpr std::size_t kMaxArmNameBytes = 200;

/// Names that differ and settings that differ. Errors: InvalidArgument.
Status check_arms(const std::vector<ExperimentArm>& arms);

/// {"name", "parameters", "model"}
Json arm_document(const ExperimentArm& arm);
ExperimentArm arm_of_document(const Json& document);

/// A JSON array of arms, as a column holds it.
std::string arms_column(const std::vector<ExperimentArm>& arms);
std::vector<ExperimentArm> arms_of_column(const std::string& column);

}  // namespace falconet
