#include "grammar/schema_relaxation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/strings.h"

namespace falconet {
namespace {

// Compiled anew after each.
constexpr std::size_t kMaxCuts = 16;
// A refusal for its size may take a second of work.
constexpr int kMaxTooLarge = 2;

constexpr std::array<std::string_view, 6> kMapsOfSchemas = {
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"};

bool is_map_of_schemas(std::string_view keyword) {
  return std::ranges::find(kMapsOfSchemas, keyword) != kMapsOfSchemas.end();
}

/// The place that a refusal begins with, if it names one.
std::optional<std::vector<std::string>> place_of(std::string_view message) {
  const std::size_t colon = message.find(": ");
  if (!message.starts_with('/') || colon == std::string_view::npos) return std::nullopt;
  std::vector<std::string> tokens;
  for (const std::string_view token : split(message.substr(1, colon - 1), '/')) {
    tokens.push_back(replace_all(replace_all(token, "~1", "/"), "~0", "~"));
  }
  return tokens;
}

bool erase(Json& schema, std::initializer_list<const char*> keywords) {
  std::size_t num_erased = 0;
  for (const char* keyword : keywords) num_erased += schema.erase(keyword);
  return num_erased > 0;
}

/// More values than before meet it.
void weaken_one_of(Json& schema) {
  Json branches = std::move(schema["oneOf"]);
  schema.erase("oneOf");
  if (!schema.contains("allOf") || !schema["allOf"].is_array()) schema["allOf"] = Json::array();
  schema["allOf"].push_back({{"anyOf", std::move(branches)}});
}

/// Takes a keyword out, with those whose meaning hangs on it.
bool cut_keyword(Json& schema, const std::string& keyword) {
  if (keyword == "oneOf" && schema.contains("oneOf")) {
    weaken_one_of(schema);
    return true;
  }
  if (keyword == "if") return erase(schema, {"if", "then", "else"});
  if (keyword == "contains") return erase(schema, {"contains", "minContains", "maxContains"});
  if (keyword == "properties" || keyword == "patternProperties") {
    return erase(schema, {keyword.c_str(), "additionalProperties", "unevaluatedProperties"});
  }
  if (keyword == "prefixItems" || keyword == "items") {
    return erase(schema, {"prefixItems", "items", "additionalItems", "unevaluatedItems"});
  }
  return erase(schema, {keyword.c_str()});
}

/// Where a weaker part does not make a weaker whole.
bool turns_around(const std::string& keyword) {
  return keyword == "not" || keyword == "if" || keyword == "oneOf" || keyword == "contains";
}

Json* member_of(Json& value, const std::string& token) {
  if (value.is_object()) {
    const auto found = value.find(token);
    return found == value.end() ? nullptr : &*found;
  }
  const auto index = parse_number<std::size_t>(token);
  const bool is_there = value.is_array() && index && *index < value.size();
  return is_there ? &value[*index] : nullptr;
}

/// Takes out what stands at the place, or the keyword around it. False if nothing is there.
bool cut(Json& root, const std::vector<std::string>& place) {
  Json* schema = &root;
  for (std::size_t i = 0; i < place.size();) {
    const std::string& keyword = place[i];
    if (!schema->is_object()) return false;
    if (i + 1 == place.size() || turns_around(keyword)) return cut_keyword(*schema, keyword);
    Json* inside = member_of(*schema, keyword);
    if (inside == nullptr) return false;
    const bool holds_several = is_map_of_schemas(keyword) || inside->is_array();
    i += 1;
    if (holds_several) {
      Json* part = member_of(*inside, place[i]);
      if (part == nullptr) return false;
      inside = part;
      i += 1;
    }
    if (i == place.size()) {
      *inside = true;
      return true;
    }
    schema = inside;
  }
  return false;
}

Json type_alone(const Json& schema) {
  const Json* type = find_member(schema, "type");
  return type == nullptr ? Json(true) : Json{{"type", *type}};
}

}  // namespace

Result<RelaxedGrammar> relaxed_grammar(const Json& schema, const SchemaOptions& options,
                                       const Grammar::Vocabulary& vocabulary) {
  RelaxedGrammar relaxed;
  Json left = schema;
  int num_too_large = 0;
  for (std::size_t i = 0; i <= kMaxCuts; ++i) {
    auto grammar = Grammar::from_json_schema(left, options, vocabulary);
    if (grammar) {
      relaxed.grammar = *std::move(grammar);
      relaxed.schema = std::move(left);
      return relaxed;
    }
    const Error& refusal = grammar.error();
    if (refusal.code == ErrorCode::InvalidArgument) return refusal;
    relaxed.left_out.push_back(refusal.message);
    num_too_large += refusal.code == ErrorCode::TooLarge ? 1 : 0;
    const auto place = place_of(refusal.message);
    if (num_too_large == kMaxTooLarge || !place || !cut(left, *place)) break;
  }
  relaxed.left_out.emplace_back("everything but the type");
  relaxed.schema = type_alone(schema);
  TRY_ASSIGN(relaxed.grammar, Grammar::from_json_schema(relaxed.schema, options, vocabulary));
  return relaxed;
}

}  // namespace falconet
