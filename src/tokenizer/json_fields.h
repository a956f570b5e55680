// Typed fields of tokenizer.json's objects, with the defaults that an absent field has.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

/// Null where the object has no such field, or is no object.
const SortedJson* find_field(const SortedJson& object, const char* name);

/// The fallback where the field is absent or of another type.
std::string text_field(const SortedJson& object, const char* name, std::string fallback = "");
bool bool_field(const SortedJson& object, const char* name, bool fallback);

/// The "type" of a part of the file; `part` names it in messages. Errors: Corrupt.
Result<std::string> type_of(const SortedJson& object, const char* part);

/// "tokenizer.json: <part> \"<type>\" is not supported".
Error unsupported_part(const char* part, const std::string& type);

/// A pattern field holds {"String": …} or {"Regex": …}; the text is all there is to it.
struct PatternField {
  std::string text;
  bool is_regex = false;
};
Result<PatternField> pattern_field(const SortedJson& object, const char* part);

}  // namespace falconet
