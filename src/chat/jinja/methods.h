// The methods of Python's types that templates call.
#pragma once

#include <string_view>

#include "chat/jinja/builtin.h"

namespace falconet::jinja {

const Builtin* find_string_method(std::string_view name);

struct Replacement {
  std::string_view from;
  std::string_view to;
  std::size_t limit;
};

/// str.replace. Errors: TooLarge over the limits.
Result<Value> replaced(Runtime& runtime, const Value& text, const Replacement& replacement);

}  // namespace falconet::jinja
