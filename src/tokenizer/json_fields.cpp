#include "tokenizer/json_fields.h"

namespace falconet {

const SortedJson* find_field(const SortedJson& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_field(const SortedJson& object, const char* name, std::string fallback) {
  const SortedJson* field = find_field(object, name);
  return field != nullptr && field->is_string() ? field->get<std::string>() : std::move(fallback);
}

bool bool_field(const SortedJson& object, const char* name, bool fallback) {
  const SortedJson* field = find_field(object, name);
  return field != nullptr && field->is_boolean() ? field->get<bool>() : fallback;
}

Result<std::string> type_of(const SortedJson& object, const char* part) {
  std::string type = text_field(object, "type");
  if (type.empty()) {
    return error(ErrorCode::Corrupt, "tokenizer.json: ", part, " is no object with a \"type\"");
  }
  return type;
}

Error unsupported_part(const char* part, const std::string& type) {
  return error(ErrorCode::Unsupported, "tokenizer.json: ", part, " \"", type,
               "\" is not supported");
}

Result<PatternField> pattern_field(const SortedJson& object, const char* part) {
  if (const SortedJson* pattern = find_field(object, "pattern")) {
    for (const char* kind : {"String", "Regex"}) {
      const SortedJson* text = find_field(*pattern, kind);
      if (text != nullptr && text->is_string()) {
        return PatternField{text->get<std::string>(), *kind == 'R'};
      }
    }
  }
  return error(ErrorCode::Corrupt, "tokenizer.json: the ", part,
               " has no \"pattern\" with a \"String\" or \"Regex\"");
}

}  // namespace falconet
