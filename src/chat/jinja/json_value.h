// Between templates and JSON: the context comes in, tojson goes out.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

/// Errors: TooLarge for nesting deeper than the limits allow.
Result<Value> from_json(const Json& json, const RenderLimits& limits);

/// The arguments of Python's json.dumps.
struct JsonStyle {
  bool is_ascii = false;              // everything else as \u escapes
  std::optional<std::string> indent;  // a line for each item, indented by so much a level
  std::string item_separator = ", ";
  std::string key_separator = ": ";
  bool sorts_keys = false;
};

/// Errors: InvalidArgument for values that are not JSON's, TooLarge over the limits.
Result<std::string> to_json(Runtime& runtime, const Value& value, const JsonStyle& style);

}  // namespace falconet::jinja
