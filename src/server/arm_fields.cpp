#include "server/arm_fields.h"

#include "assistant/generation_parameters.h"
#include "server/request_fields.h"

namespace falconet {

Result<ExperimentArm> read_arm(const Json& object, const std::string& name) {
  TRY_ASSIGN(RequestFields members, RequestFields::of(object, name));
  ExperimentArm arm;
  TRY(members.read("name", arm.name));
  TRY(members.read("model", arm.model));
  const Json* parameters = members.find("parameters");
  if (parameters == nullptr) return arm;
  if (!parameters->is_object()) {
    return members.wrong_type("parameters", "an object", *parameters);
  }
  Result<GenerationParameters> read = read_generation_parameters(*parameters);
  if (!read) return std::move(read).error().within(name);
  arm.parameters = *parameters;
  return arm;
}

Result<std::vector<ExperimentArm>> read_arms(const Json& list, const std::string& name) {
  if (!list.is_array()) {
    return error(ErrorCode::InvalidArgument, name, ": expected a list of objects");
  }
  std::vector<ExperimentArm> arms;
  for (const Json& object : list) {
    TRY_ASSIGN(ExperimentArm arm, read_arm(object, name));
    arms.push_back(std::move(arm));
  }
  return arms;
}

Json arms_json(const std::vector<ExperimentArm>& arms) {
  Json list = Json::array();
  for (const ExperimentArm& arm : arms) list.push_back(arm_document(arm));
  return list;
}

}  // namespace falconet
