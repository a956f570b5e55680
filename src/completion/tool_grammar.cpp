#include "completion/tool_grammar.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "grammar/schema_relaxation.h"

namespace falconet {
namespace {

constexpr const char* kListEnd = "]";

struct Tool {
  std::string name = {};
  Json parameters = {};  // what is enforced
  Json stated = {};      // what is judged later, if that is more
  std::vector<std::string> not_enforced = {};
};

// Small models invent arguments; what the schema does not name is left out unless it is asked for.
Json closed(Json schema) {
  const bool is_open = !schema.is_object() || schema.contains("additionalProperties") ||
                       schema.contains("patternProperties") || schema.contains("$ref") ||
                       schema.contains("allOf") || schema.contains("anyOf") ||
                       schema.contains("oneOf") || schema.contains("unevaluatedProperties");
  if (!is_open) schema["additionalProperties"] = false;
  return schema;
}

/// Reads the schema of the arguments.
Status read_parameters(const Json& function, const std::string& place, Tool& tool) {
  const Json* stated = find_member(function, "parameters");
  if (stated == nullptr || stated->is_null()) {
    tool.parameters = {{"type", "object"}, {"additionalProperties", false}};
    return {};
  }
  if (!stated->is_object()) {
    return error(ErrorCode::InvalidArgument, place, ".parameters: expected a JSON Schema, found ",
                 stated->type_name());
  }
  Json schema = closed(*stated);
  schema["type"] = "object";
  constexpr SchemaOptions kFlexible = {.whitespace = WhitespaceStyle::Flexible};
  if (bool_member(function, "strict").value_or(false)) {
    auto compiled = Grammar::from_json_schema(schema, kFlexible, nullptr);
    if (!compiled) return std::move(compiled).error().within(cat(place, ".parameters"));
    tool.parameters = std::move(schema);
    return {};
  }
  auto relaxed = relaxed_grammar(schema, kFlexible, nullptr);
  if (!relaxed) return std::move(relaxed).error().within(cat(place, ".parameters"));
  tool.parameters = std::move(relaxed->schema);
  if (!relaxed->left_out.empty()) tool.stated = std::move(schema);
  for (const std::string& what : relaxed->left_out) {
    tool.not_enforced.push_back(cat(place, ".parameters: ", what));
  }
  return {};
}

Result<Tool> read_tool(const Json& tool, const std::string& place) {
  const Json* function = find_member(tool, "function");
  if (function == nullptr || !function->is_object()) {
    return error(ErrorCode::InvalidArgument, place,
                 ": expected {\"type\": \"function\", \"function\": {…}}");
  }
  const auto name = string_member(*function, "name");
  if (!name || name->empty()) {
    return error(ErrorCode::InvalidArgument, place, ".function.name: expected a name");
  }
  Tool read{.name = *name};
  TRY(read_parameters(*function, place + ".function", read));
  return read;
}

/// Whether calls stand in a list, which ends the answer.
bool is_list_form(ToolCallForm form) {
  return form == ToolCallForm::Mistral || form == ToolCallForm::Pythonic;
}

Trigger trigger_of(const Tool& tool, ToolCallForm form) {
  const ToolCallMarks marks = tool_call_marks(form);
  const std::string name = to_text(Json(tool.name));
  Trigger trigger;
  trigger.grammar = to_text(tool.parameters);
  trigger.is_schema = true;
  switch (form) {
    case ToolCallForm::Tags:
      trigger.marker = marks.open;
      trigger.begin = cat("\n{\"name\": ", name, ", \"arguments\": ");
      trigger.end = cat("}\n", marks.close);
      break;
    case ToolCallForm::Mistral:
      trigger.marker = marks.open;
      trigger.again = cat("{\"name\": ", name, ", \"arguments\": ");
      trigger.begin = cat("[", trigger.again);
      trigger.end = "}";
      break;
    case ToolCallForm::Object:
      trigger.marker = "{\"name\": ";
      trigger.begin = cat(name, ", \"parameters\": ");
      trigger.end = "}";
      break;
    case ToolCallForm::Pythonic:
      trigger.again = cat(tool.name, "(");
      trigger.marker = cat(marks.open, trigger.again);
      break;
  }
  return trigger;
}

}  // namespace

Result<ToolGrammar> tool_grammar(const Json& tools, const ToolChoice& choice, ToolCallForm form) {
  ToolGrammar grammar;
  // A named tool is called once.
  const bool takes_several = choice.is_parallel && choice.name.empty();
  for (std::size_t i = 0; i < tools.size(); ++i) {
    TRY_ASSIGN(Tool tool, read_tool(tools[i], cat("tools[", i, "]")));
    if (!choice.name.empty() && choice.name != tool.name) continue;
    grammar.triggers.push_back(trigger_of(tool, form));
    if (is_list_form(form) && !takes_several) grammar.triggers.back().end += kListEnd;
    if (tool.not_enforced.empty()) continue;
    std::ranges::move(tool.not_enforced, std::back_inserter(grammar.not_enforced));
    grammar.judged_later.emplace(tool.name, std::move(tool.stated));
  }
  if (grammar.triggers.empty()) {
    return error(ErrorCode::InvalidArgument, "tool_choice: there is no tool named \"", choice.name,
                 "\"");
  }
  const bool is_required = choice.kind == ToolChoice::Kind::Required;
  grammar.options = {
      // After a list nothing follows; Llama's object has room for one call.
      .ends_after = !takes_several || form != ToolCallForm::Tags,
      .is_required = is_required,
      .is_first = is_required,
      .schema = {.whitespace = WhitespaceStyle::Flexible,
                 .outermost = form == ToolCallForm::Pythonic ? ObjectSpelling::Arguments
                                                             : ObjectSpelling::Braces}};
  if (is_list_form(form) && takes_several) {
    grammar.options.separator = ", ";
    grammar.options.close = kListEnd;
  }
  return grammar;
}

}  // namespace falconet
