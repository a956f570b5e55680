#include "feedback/structured_output.h"

#include <algorithm>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr int kMaxSchemaDepth = 64;

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type != "integer") return true;
  return value.is_number_integer() ||
         (value.is_number_float() &&
          value.get<double>() == static_cast<double>(static_cast<std::int64_t>(
                                     std::clamp(value.get<double>(), -9e15, 9e15))));
}

bool keeps_type(const Json& value, const Json& schema) {
  const Json* type = find_member(schema, "type");
  if (type == nullptr) return true;
  if (type->is_string()) return is_of_type(value, type->get<std::string>());
  if (!type->is_array()) return true;
  return std::any_of(type->begin(), type->end(), [&](const Json& each) {
    return each.is_string() && is_of_type(value, each.get<std::string>());
  });
}

bool keeps(const Json& value, const Json& schema, int depth);

bool keeps_members(const Json& value, const Json& schema, int depth) {
  const Json* properties = find_member(schema, "properties");
  const Json* additional = find_member(schema, "additionalProperties");
  const bool is_closed =
      additional != nullptr && additional->is_boolean() && !additional->get<bool>();
  if (const Json* required = find_member(schema, "required")) {
    for (const Json& name : *required) {
      if (name.is_string() && !value.contains(name.get<std::string>())) return false;
    }
  }
  for (const auto& [name, member] : value.items()) {
    const Json* wanted = properties == nullptr ? nullptr : find_member(*properties, name);
    if (wanted == nullptr && is_closed) return false;
    if (wanted != nullptr && !keeps(member, *wanted, depth + 1)) return false;
  }
  return true;
}

bool keeps(const Json& value, const Json& schema, int depth) {
  if (depth > kMaxSchemaDepth || !schema.is_object()) return true;
  if (!keeps_type(value, schema)) return false;
  if (const Json* choices = find_member(schema, "enum");
      choices != nullptr && choices->is_array()) {
    if (std::find(choices->begin(), choices->end(), value) == choices->end()) return false;
  }
  if (const Json* only = find_member(schema, "const"); only != nullptr && *only != value) {
    return false;
  }
  if (value.is_object()) return keeps_members(value, schema, depth);
  const Json* items = find_member(schema, "items");
  if (!value.is_array() || items == nullptr) return true;
  return std::all_of(value.begin(), value.end(),
                     [&](const Json& each) { return keeps(each, *items, depth + 1); });
}

StructuredOutcome outcome_of_text(std::string_view text, const Json* schema) {
  const Result<Json> value = parse_json(trim(text));
  if (!value) return StructuredOutcome::ParseError;
  const bool is_kept = schema == nullptr || keeps(*value, *schema, 0);
  return is_kept ? StructuredOutcome::Ok : StructuredOutcome::SchemaError;
}

const Json* list_member(const Json& object, std::string_view name) {
  const Json* list = find_member(object, name);
  return list != nullptr && list->is_array() && !list->empty() ? list : nullptr;
}

const Json* offered_tool(const Json& request, const std::string& name) {
  const Json* tools = list_member(request, "tools");
  if (tools == nullptr) return nullptr;
  for (const Json& tool : *tools) {
    const Json* function = find_member(tool, "function");
    if (function != nullptr && string_member(*function, "name") == name) return function;
  }
  return nullptr;
}

StructuredOutcome outcome_of_call(const Json& request, const Json& call) {
  const Json* function = find_member(call, "function");
  if (function == nullptr) return StructuredOutcome::ParseError;
  const Json* tool = offered_tool(request, string_member(*function, "name").value_or(""));
  const Json* schema = tool == nullptr ? nullptr : find_member(*tool, "parameters");
  const StructuredOutcome outcome =
      outcome_of_text(string_member(*function, "arguments").value_or(""), schema);
  if (outcome != StructuredOutcome::Ok) return outcome;
  return tool == nullptr ? StructuredOutcome::SchemaError : StructuredOutcome::Ok;
}

/// "required", or one function.
bool demands_call(const Json& request) {
  const Json* choice = find_member(request, "tool_choice");
  if (choice == nullptr || list_member(request, "tools") == nullptr) return false;
  return choice->is_object() || (choice->is_string() && choice->get<std::string>() == "required");
}

/// Of parse and schema errors the first is the worse.
StructuredOutcome worse_outcome(StructuredOutcome a, StructuredOutcome b) {
  if (a == StructuredOutcome::Ok) return b;
  if (b == StructuredOutcome::Ok) return a;
  return std::min(a, b);
}

const Json* schema_of_format(const Json& format) {
  const Json* wrapped = find_member(format, "json_schema");
  return wrapped == nullptr ? nullptr : find_member(*wrapped, "schema");
}

bool is_strict(const Json* object) {
  return object != nullptr && bool_member(*object, "strict").value_or(false);
}

}  // namespace

bool keeps_schema(const Json& value, const Json& schema) { return keeps(value, schema, 0); }

std::optional<StructuredOutcome> structured_outcome(const Json& request, const Json& message) {
  if (const Json* calls = list_member(message, "tool_calls")) {
    StructuredOutcome worst = StructuredOutcome::Ok;
    for (const Json& call : *calls) worst = worse_outcome(worst, outcome_of_call(request, call));
    return worst;
  }
  if (demands_call(request)) return StructuredOutcome::ParseError;
  const Json* format = find_member(request, "response_format");
  const std::string type = format == nullptr ? "" : string_member(*format, "type").value_or("");
  if (type != "json_object" && type != "json_schema") return std::nullopt;
  const std::string content = string_member(message, "content").value_or("");
  if (type == "json_schema") return outcome_of_text(content, schema_of_format(*format));
  const Result<Json> value = parse_json(trim(content));
  if (!value) return StructuredOutcome::ParseError;
  return value->is_object() ? StructuredOutcome::Ok : StructuredOutcome::SchemaError;
}

bool asks_for_binding(const Json& request) {
  const Json* format = find_member(request, "response_format");
  if (format != nullptr && is_strict(find_member(*format, "json_schema"))) return true;
  const Json* tools = list_member(request, "tools");
  return tools != nullptr && std::all_of(tools->begin(), tools->end(), [](const Json& tool) {
           return is_strict(find_member(tool, "function"));
         });
}

}  // namespace falconet
