#include "chat/jinja/builtin.h"

#include <algorithm>

#include "base/strings.h"
#include "chat/jinja/printing.h"

namespace falconet::jinja {
namespace {

struct BuiltinParameter {
  std::string_view name;
  bool is_optional;
};

// The parameters written in `declaration`, in order.
std::vector<BuiltinParameter> parameters_of(std::string_view declaration) {
  std::vector<BuiltinParameter> parameters;
  for (std::string_view name : split(declaration, ' ')) {
    if (name.empty()) continue;
    const bool is_optional = name.back() == '=';
    if (is_optional) name.remove_suffix(1);
    parameters.push_back({name, is_optional});
  }
  return parameters;
}

Status bind(const Builtin& builtin, Call& call) {
  const std::vector<BuiltinParameter> parameters = parameters_of(builtin.parameters);
  const Arguments& arguments = call.arguments;
  if (arguments.positional.size() > parameters.size()) {
    return template_error(builtin.name, "() takes at most ", parameters.size(), " arguments, but ",
                          arguments.positional.size(), " were given");
  }
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    call.bound[i] = &arguments.positional[i];
  }
  for (const auto& [name, value] : arguments.named) {
    const auto parameter =
        std::ranges::find(parameters, std::string_view(name), &BuiltinParameter::name);
    if (parameter == parameters.end()) {
      return template_error(builtin.name, "() got an unexpected keyword argument '", name, "'");
    }
    const Value*& bound = call.bound[static_cast<std::size_t>(parameter - parameters.begin())];
    if (bound) {
      return template_error(builtin.name, "() got multiple values for argument '", name, "'");
    }
    bound = &value;
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (call.bound[i] || parameters[i].is_optional) continue;
    return template_error(builtin.name, "() misses its argument '", parameters[i].name, "'");
  }
  return {};
}

}  // namespace

const Value* Arguments::find(std::string_view name) const {
  const auto found = std::find_if(named.begin(), named.end(),
                                  [&](const auto& argument) { return argument.first == name; });
  return found == named.end() ? nullptr : &found->second;
}

Result<Integer> Call::integer(std::size_t i, Integer fallback) const {
  if (!bound[i] || bound[i]->is_none()) return fallback;
  if (bound[i]->is_integral()) return bound[i]->integral();
  if (bound[i]->is_undefined()) return template_error(bound[i]->undefined_reason());
  return template_error("'", type_name(*bound[i]), "' object cannot be interpreted as an integer");
}

Result<std::string> Call::text(std::size_t i, std::string_view fallback) const {
  if (!bound[i] || bound[i]->is_none()) return std::string(fallback);
  if (bound[i]->is_string()) return bound[i]->text();
  if (bound[i]->is_undefined()) return template_error(bound[i]->undefined_reason());
  return template_error("expected a string, got '", type_name(*bound[i]), "'");
}

bool Call::flag(std::size_t i, bool fallback) const {
  return bound[i] ? is_truthy(*bound[i]) : fallback;
}

Result<Value> invoke(const Builtin& builtin, Runtime& runtime, const Value& self,
                     const Arguments& arguments) {
  Call call{runtime, self, arguments, {}};
  if (builtin.parameters != "*") TRY(bind(builtin, call));
  return builtin.run(call);
}

const Builtin* find_builtin(std::span<const Builtin> table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Builtin& builtin) { return builtin.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace falconet::jinja
