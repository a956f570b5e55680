#include "store/arms.h"

#include <algorithm>

#include "base/strings.h"

namespace falconet {

Status check_arms(const std::vector<ExperimentArm>& arms) {
  if (arms.size() > kMaxArms) {
    return error(ErrorCode::InvalidArgument, "arms: at most ", kMaxArms, ", found ", arms.size());
  }
  for (std::size_t i = 0; i < arms.size(); ++i) {
    if (trim(arms[i].name).empty() || arms[i].name.size() > kMaxArmNameBytes) {
      return error(ErrorCode::InvalidArgument, "arms: each needs a name of 1 to ", kMaxArmNameBytes,
                   " bytes");
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (arms[k].name == arms[i].name) {
        return error(ErrorCode::InvalidArgument, "arms: expected names that differ, found '",
                     arms[i].name, "' twice");
      }
      if (arms[k].has_setting_of(arms[i])) {
        return error(ErrorCode::InvalidArgument, "arms: '", arms[k].name, "' and '", arms[i].name,
                     "' have the same parameters and model, so there is nothing to compare");
      }
    }
  }
  return {};
}

Json arm_document(const ExperimentArm& arm) {
  return {{"name", arm.name}, {"parameters", arm.parameters}, {"model", arm.model}};
}

ExperimentArm arm_of_document(const Json& document) {
  const Json* parameters = find_member(document, "parameters");
  return {string_member(document, "name").value_or(""),
          parameters != nullptr && parameters->is_object() ? *parameters : Json::object(),
          string_member(document, "model").value_or("")};
}

std::string arms_column(const std::vector<ExperimentArm>& arms) {
  Json list = Json::array();
  for (const ExperimentArm& arm : arms) list.push_back(arm_document(arm));
  return to_text(list);
}

std::vector<ExperimentArm> arms_of_column(const std::string& column) {
  std::vector<ExperimentArm> arms;
  const Result<Json> list = parse_json(column);
  if (!list || !list->is_array()) return arms;
  for (const Json& document : *list) arms.push_back(arm_of_document(document));
  return arms;
}

}  // namespace falconet
