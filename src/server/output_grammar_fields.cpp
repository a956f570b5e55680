#include "server/output_grammar_fields.h"

#include <utility>

namespace falconet {
namespace {

using Found = std::vector<std::pair<std::string, OutputGrammar>>;  // by the field's name

/// A schema as JSON, or as text that is JSON.
Result<OutputGrammar> schema_of(const Json& value, const std::string& name) {
  OutputGrammar grammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = value};
  if (value.is_string()) {
    auto parsed = parse_json(value.get<std::string>());
    if (!parsed) return std::move(parsed).error().within(name);
    grammar.schema = *std::move(parsed);
  }
  if (grammar.schema.is_object() || grammar.schema.is_boolean()) return grammar;
  return error(ErrorCode::InvalidArgument, name, ": expected a JSON Schema, found ",
               grammar.schema.type_name());
}

/// The forms that vLLM has both as guided_… and inside structured_outputs.
Status read_forms(RequestFields& fields, const std::string& prefix, Found& found) {
  if (const Json* schema = fields.find((prefix + "json").c_str())) {
    const std::string name = fields.full_name(prefix + "json");
    TRY_ASSIGN(OutputGrammar grammar, schema_of(*schema, name));
    found.emplace_back(name, std::move(grammar));
  }
  for (const auto& [form, kind] : {std::pair("regex", OutputGrammar::Kind::Regex),
                                   std::pair("grammar", OutputGrammar::Kind::Ebnf)}) {
    OutputGrammar grammar{.kind = kind};
    TRY(fields.read((prefix + form).c_str(), grammar.text));
    if (!grammar.text.empty()) {
      found.emplace_back(fields.full_name(prefix + form), std::move(grammar));
    }
  }
  OutputGrammar choice{.kind = OutputGrammar::Kind::Choice};
  TRY(fields.read((prefix + "choice").c_str(), choice.choices));
  if (!choice.choices.empty()) {
    found.emplace_back(fields.full_name(prefix + "choice"), std::move(choice));
  }
  return {};
}

Status read_structured_outputs(RequestFields& fields, Found& found) {
  const Json* member = fields.find("structured_outputs");
  if (member == nullptr) return {};
  TRY_ASSIGN(RequestFields nested, RequestFields::of(*member, "structured_outputs"));
  TRY(read_forms(nested, "", found));
  bool is_object = false;
  TRY(nested.read("json_object", is_object));
  if (is_object) found.emplace_back("structured_outputs.json_object", OutputGrammar{});
  if (nested.find("structural_tag") != nullptr) {
    return error(ErrorCode::Unsupported,
                 "structured_outputs.structural_tag: not supported; use grammar instead");
  }
  return {};
}

Status read_response_format(RequestFields& fields, Found& found) {
  const Json* member = fields.find("response_format");
  if (member == nullptr) return {};
  TRY_ASSIGN(RequestFields format, RequestFields::of(*member, "response_format"));
  std::string type;
  TRY(format.read("type", type));
  if (type == "text") return {};
  if (type == "json_object") {
    // llama.cpp's servers take a schema here too.
    const Json* schema = format.find("schema");
    OutputGrammar grammar;
    if (schema != nullptr) {
      TRY_ASSIGN(grammar, schema_of(*schema, "response_format.schema"));
    }
    found.emplace_back("response_format", std::move(grammar));
    return {};
  }
  if (type != "json_schema") {
    return error(ErrorCode::InvalidArgument, "response_format.type: '", type,
                 "' is none of text, json_object, json_schema");
  }
  const Json* named = format.find("json_schema");
  const Json* schema = named == nullptr ? nullptr : find_member(*named, "schema");
  if (schema == nullptr) {
    return error(ErrorCode::InvalidArgument, "response_format.json_schema.schema: is missing");
  }
  TRY_ASSIGN(OutputGrammar grammar, schema_of(*schema, "response_format.json_schema.schema"));
  TRY_ASSIGN(RequestFields form, RequestFields::of(*named, "response_format.json_schema"));
  TRY(form.read("strict", grammar.is_strict));
  found.emplace_back("response_format", std::move(grammar));
  return {};
}

Status read_llama_fields(RequestFields& fields, Found& found) {
  OutputGrammar grammar{.kind = OutputGrammar::Kind::Ebnf};
  TRY(fields.read("grammar", grammar.text));
  if (!grammar.text.empty()) found.emplace_back("grammar", std::move(grammar));
  if (const Json* schema = fields.find("json_schema")) {
    TRY_ASSIGN(OutputGrammar bound, schema_of(*schema, "json_schema"));
    found.emplace_back("json_schema", std::move(bound));
  }
  return {};
}

}  // namespace

Result<std::optional<OutputGrammar>> read_output_grammar(RequestFields& fields) {
  Found found;
  TRY(read_response_format(fields, found));
  TRY(read_structured_outputs(fields, found));
  TRY(read_forms(fields, "guided_", found));
  TRY(read_llama_fields(fields, found));
  if (found.empty()) return std::optional<OutputGrammar>();
  if (found.size() > 1) {
    return error(ErrorCode::InvalidArgument, found[1].first, ": cannot be combined with ",
                 found[0].first);
  }
  return std::optional(std::move(found[0].second));
}

}  // namespace falconet
