#include "completion/named_parameters.h"

#include <array>

#include "base/strings.h"

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
bool set_sampling(SamplingOptions& sampling, StopOptions&, std::string_view text) {
  return set_number(sampling.*member, text);
}

template <auto member>
bool set_stopping(SamplingOptions&, StopOptions& stopping, std::string_view text) {
  return set_number(stopping.*member, text);
}

struct NamedParameter {
  std::string_view name;
  bool (*set)(SamplingOptions&, StopOptions&, std::string_view);
};

constexpr std::array kNamedParameters = {
    NamedParameter{"temperature", set_sampling<&SamplingOptions::temperature>},
    NamedParameter{"top_p", set_sampling<&SamplingOptions::top_p>},
    NamedParameter{"top_k", set_sampling<&SamplingOptions::top_k>},
    NamedParameter{"min_p", set_sampling<&SamplingOptions::min_p>},
    NamedParameter{"repetition_penalty", set_sampling<&SamplingOptions::repetition_penalty>},
    NamedParameter{"presence_penalty", set_sampling<&SamplingOptions::presence_penalty>},
    NamedParameter{"frequency_penalty", set_sampling<&SamplingOptions::frequency_penalty>},
    NamedParameter{"seed", set_sampling<&SamplingOptions::seed>},
    NamedParameter{"max_tokens", set_stopping<&StopOptions::max_tokens>},
    NamedParameter{"thinking_budget", set_stopping<&StopOptions::thinking_budget>},
};

}  // namespace

Status set_named_parameter(SamplingOptions& sampling, StopOptions& stopping, std::string_view name,
                           std::string_view value) {
  std::vector<std::string> names;
  for (const NamedParameter& parameter : kNamedParameters) {
    if (parameter.name != name) {
      names.emplace_back(parameter.name);
      continue;
    }
    if (parameter.set(sampling, stopping, value)) return {};
    return error(ErrorCode::InvalidArgument, name, ": expected a number, found '", value, "'");
  }
  return error(ErrorCode::InvalidArgument, "there is no parameter '", name, "'; there are ",
               join(names, ", "));
}

}  // namespace falconet
