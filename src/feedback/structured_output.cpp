#include "feedback/structured_output.h"

#include <algorithm>

#include "base/strings.h"
#include "grammar/schema_validator.h"

namespace falconet {
namespace {

/// Where it cannot be told, of a malformed or hostile schema, it does.
bool keeps_schema(const Json& value, const Json& schema) {
  const Result<SchemaValidator> validator = SchemaValidator::from_schema(schema);
  if (!validator) return true;
  const Result<SchemaVerdict> verdict = validator->judge(value);
  return !verdict || verdict->is_valid;
}

StructuredOutcome outcome_of_text(std::string_view text, const Json* schema) {
  const Result<Json> value = parse_json(trim(text));
  if (!value) return StructuredOutcome::ParseError;
  const bool is_kept = schema == nullptr || keeps_schema(*value, *schema);
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
