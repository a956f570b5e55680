// Python's format specifications: how "{:>8.2f}" and "%08.2f" lay out one value.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

struct FormatSpec {
  std::string fill = " ";
  char align = 0;   // '<', '>', '^', '=' or 0: right for numbers, left for all else
  char sign = '-';  // '-': only of negative numbers; '+' and ' ': also of the others
  bool is_alternate = false;
  char grouping = 0;  // ',' or '_' between groups of digits
  std::size_t width = 0;
  int precision = -1;
  char type = 0;
};

/// [[fill]align][sign][#][0][width][grouping][.precision][type].
/// Errors: InvalidArgument for anything else, TooLarge for a huge width or precision.
Result<FormatSpec> parse_format_spec(Runtime& runtime, std::string_view text);

/// Errors: InvalidArgument where the type of the value does not allow the specification.
Result<std::string> format_value(Runtime& runtime, const Value& value, const FormatSpec& spec);

/// The same for a number of a given kind, and for text.
Result<std::string> format_integer(Integer value, const FormatSpec& spec);
Result<std::string> format_float(double value, const FormatSpec& spec);
std::string format_text(std::string_view text, const FormatSpec& spec);

/// A width or precision written in decimal; it must not make a text exceed the limits.
Result<std::size_t> parse_format_size(Runtime& runtime, std::string_view digits);

}  // namespace falconet::jinja
