// The settings of a chat by name, as the API spells them.
#include <array>

#include "cli/chat_session.h"

namespace falconet {
namespace {

/// Sets a member from the text of a number; false if it is none.
template <class T>
bool set_number(std::optional<T>& member, std::string_view text) {
  const auto value = parse_number<T>(text);
  if (!value) return false;
  member = *value;
  return true;
}

template <auto member>
bool set_sampling(ChatSettings& settings, std::string_view text) {
  return set_number(settings.sampling.*member, text);
}

struct Parameter {
  std::string_view name;
  bool (*set)(ChatSettings&, std::string_view);
};

constexpr std::array kParameters = {
    Parameter{"temperature", set_sampling<&SamplingOptions::temperature>},
    Parameter{"top_p", set_sampling<&SamplingOptions::top_p>},
    Parameter{"top_k", set_sampling<&SamplingOptions::top_k>},
    Parameter{"min_p", set_sampling<&SamplingOptions::min_p>},
    Parameter{"repetition_penalty", set_sampling<&SamplingOptions::repetition_penalty>},
    Parameter{"presence_penalty", set_sampling<&SamplingOptions::presence_penalty>},
    Parameter{"frequency_penalty", set_sampling<&SamplingOptions::frequency_penalty>},
    Parameter{"seed", set_sampling<&SamplingOptions::seed>},
    Parameter{"max_tokens",
              [](ChatSettings& settings, std::string_view text) {
                return set_number(settings.max_tokens, text);
              }},
    Parameter{"thinking_budget",
              [](ChatSettings& settings, std::string_view text) {
                return set_number(settings.thinking_budget, text);
              }},
};

}  // namespace

Status set_chat_parameter(ChatSettings& settings, std::string_view name, std::string_view value) {
  std::vector<std::string> names;
  for (const Parameter& parameter : kParameters) {
    if (parameter.name != name) {
      names.emplace_back(parameter.name);
      continue;
    }
    if (parameter.set(settings, value)) return {};
    return error(ErrorCode::InvalidArgument, name, ": expected a number, found '", value, "'");
  }
  return error(ErrorCode::InvalidArgument, "there is no parameter '", name, "'; there are ",
               join(names, ", "));
}

}  // namespace falconet
