#include "feedback/trial_setting.h"

#include "base/strings.h"
#include "completion/named_parameters.h"

namespace falconet {
namespace {

Error no_such_choice(std::string_view name, std::string_view value, const char* expected) {
  return error(ErrorCode::InvalidArgument, name, "=", value.substr(0, 40), ": expected ", expected);
}

Status set_output(TrialSetting& setting, std::string_view value) {
  if (value == "free") {
    setting.output = TrialOutput::Free;
  } else if (value == "json") {
    setting.output = TrialOutput::AnyJson;
  } else if (value == "schema") {
    setting.output = TrialOutput::Schema;
  } else {
    return no_such_choice("output", value, "output=free, json or schema");
  }
  return {};
}

Status set_in_trial(TrialSetting& setting, std::string_view name, std::string_view value) {
  if (name == "output") return set_output(setting, value);
  if (name == "system") {
    setting.system = value;
    return {};
  }
  if (name != "thinking") {
    return set_named_parameter(setting.sampling, setting.stopping, name, value);
  }
  if (value != "on" && value != "off") return no_such_choice(name, value, "thinking=on or off");
  setting.is_thinking = value == "on";
  return {};
}

}  // namespace

Result<TrialSetting> trial_setting_of(const std::vector<std::string>& pairs) {
  TrialSetting setting;
  for (const std::string_view pair : pairs) {
    const std::size_t equals = pair.find('=');
    const bool has_value = equals != std::string_view::npos;
    TRY(set_in_trial(setting, pair.substr(0, equals), has_value ? pair.substr(equals + 1) : ""));
  }
  return setting;
}

Result<TrialSetting> trial_setting_of_json(const Json& members) {
  if (!members.is_object()) {
    return error(ErrorCode::InvalidArgument, "expected an object, found a JSON ",
                 members.type_name());
  }
  TrialSetting setting;
  for (const auto& [name, value] : members.items()) {
    const bool is_text = value.is_string();
    TRY(set_in_trial(setting, name, is_text ? value.get<std::string>() : to_text(value)));
  }
  return setting;
}

Result<CompletionRequest> trial_request(const TrialItem& item, const TrialSetting& setting,
                                        std::uint64_t seed) {
  Json messages = Json::array();
  if (!setting.system.empty()) {
    messages.push_back({{"role", "system"}, {"content", setting.system}});
  }
  for (const Json& message : item.messages) messages.push_back(message);
  CompletionRequest request{
      .prompt = ChatPrompt{.messages = std::move(messages), .tools = item.tools},
      .sampling = setting.sampling,
      .stopping = setting.stopping};
  if (!request.sampling.seed) request.sampling.seed = seed;  // the same on both sides
  const auto is_thinking = setting.is_thinking ? setting.is_thinking : item.is_thinking;
  if (is_thinking) {
    std::get<ChatPrompt>(request.prompt).template_kwargs = {{"enable_thinking", *is_thinking}};
  }
  if (setting.output == TrialOutput::AnyJson) {
    request.grammar = OutputGrammar{.kind = OutputGrammar::Kind::JsonObject};
  } else if (setting.output == TrialOutput::Schema && item.schema.is_null()) {
    return error(ErrorCode::InvalidArgument, "output=schema: the item has no \"schema\"");
  } else if (setting.output == TrialOutput::Schema) {
    request.grammar = OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = item.schema};
  }
  return request;
}

}  // namespace falconet
