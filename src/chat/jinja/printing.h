// How Python writes values: str(), repr() and the digits of numbers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

/// str(value). Errors: TooLarge where it exceeds the limits.
Result<std::string> to_text(Runtime& runtime, const Value& value);

/// repr(value). Errors: TooLarge where it exceeds the limits.
Result<std::string> to_repr(Runtime& runtime, const Value& value);

/// 'it' or "it's", with Python's escapes for what does not print.
std::string python_quoted(std::string_view text);

/// The shortest digits that read back as the same number: 1.0, 0.1, 1e+16, inf.
std::string float_text(double value);

/// & < > ' " as HTML entities, as markupsafe writes them.
std::string escaped_html(std::string_view text);

}  // namespace falconet::jinja
