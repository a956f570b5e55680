#include "chat/jinja/format_spec.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "base/strings.h"
#include "base/unicode.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

// Digits behind the point that anyone may ask for; a double has at most 1074.
constexpr std::size_t kMaxPrecision = 1100;

bool is_align(char c) { return c == '<' || c == '>' || c == '^' || c == '='; }

std::string sign_text(bool is_negative, char sign) {
  if (is_negative) return "-";
  return sign == '-' ? "" : std::string(1, sign);
}

// "1234567" as "1,234,567".
std::string grouped(const std::string& digits, char separator, std::size_t group) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % group == 0) out += separator;
    out += digits[i];
  }
  return out;
}

std::string padded(std::string_view text, const FormatSpec& spec, char default_align) {
  const char align = spec.align ? spec.align : default_align;
  if (align == '^') {
    const std::size_t length = num_characters(text);
    const std::size_t missing = spec.width > length ? spec.width - length : 0;
    const std::string left = aligned(text, length + missing / 2, Alignment::Right, spec.fill);
    return aligned(left, spec.width, Alignment::Left, spec.fill);
  }
  return aligned(text, spec.width, align == '<' ? Alignment::Left : Alignment::Right, spec.fill);
}

// A number from its parts; "=" fills between the sign and the digits.
std::string padded_number(const std::string& prefix, std::string digits, const FormatSpec& spec) {
  if (spec.align != '=') return padded(prefix + digits, spec, '>');
  FormatSpec inner = spec;
  inner.width = spec.width > prefix.size() ? spec.width - prefix.size() : 0;
  return prefix + padded(digits, inner, '>');
}

std::string printed(const char* format, int precision, double value) {
  const int size = std::snprintf(nullptr, 0, format, precision, value);
  std::string out(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(out.data(), out.size(), format, precision, value);
  out.pop_back();
  return out;
}

// The digits of a number that is not negative.
std::string float_digits(double value, const FormatSpec& spec) {
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  switch (spec.type) {
    case 'e': return printed("%.*e", precision, value);
    case 'E': return printed("%.*E", precision, value);
    case 'f': return printed("%.*f", precision, value);
    case 'F': return printed("%.*F", precision, value);
    case 'g':
    case 'n': return printed(spec.is_alternate ? "%#.*g" : "%.*g", precision, value);
    case 'G': return printed(spec.is_alternate ? "%#.*G" : "%.*G", precision, value);
    case '%': return printed("%.*f", precision, value * 100) + "%";
    default: break;
  }
  if (spec.precision < 0) return float_text(value);
  std::string digits = printed("%.*g", std::max(precision, 1), value);
  if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
  return digits;
}

Error unknown_code(char type, std::string_view name) {
  return template_error("Unknown format code '", type, "' for object of type '", name, "'");
}

}  // namespace

Result<std::size_t> parse_format_size(Runtime& runtime, std::string_view digits) {
  const auto size = parse_number<std::size_t>(digits);
  if (!size || *size > runtime.limits().max_output_bytes) {
    return error(ErrorCode::TooLarge, "the format size ", digits, " is too large");
  }
  TRY(runtime.spend(*size / 64));
  return *size;
}

Result<FormatSpec> parse_format_spec(Runtime& runtime, std::string_view text) {
  FormatSpec spec;
  const auto take = [&text](std::string_view allowed) -> char {
    if (text.empty() || allowed.find(text[0]) == std::string_view::npos) return 0;
    const char c = text[0];
    text.remove_prefix(1);
    return c;
  };
  const auto take_digits = [&text] {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    return digits;
  };
  const std::size_t first = byte_offset(text, 1);
  if (text.size() > first && is_align(text[first])) {
    spec.fill = text.substr(0, first);
    text.remove_prefix(first);
  }
  spec.align = take("<>^=");
  if (const char sign = take("+- ")) spec.sign = sign;
  spec.is_alternate = take("#") != 0;
  if (take("0") != 0 && !spec.align) {
    spec.fill = "0";
    spec.align = '=';
  }
  if (const auto digits = take_digits(); !digits.empty()) {
    TRY_ASSIGN(spec.width, parse_format_size(runtime, digits));
  }
  spec.grouping = take(",_");
  if (take(".") != 0) {
    const auto digits = take_digits();
    if (digits.empty()) return template_error("Format specifier missing precision");
    TRY_ASSIGN(const std::size_t precision, parse_format_size(runtime, digits));
    if (precision > kMaxPrecision) return error(ErrorCode::TooLarge, "precision too large");
    spec.precision = static_cast<int>(precision);
  }
  spec.type = take("bcdeEfFgGnosxX%");
  if (!text.empty()) return template_error("Invalid format specifier");
  return spec;
}

std::string format_text(std::string_view text, const FormatSpec& spec) {
  if (spec.precision >= 0) {
    text = text.substr(0, byte_offset(text, static_cast<std::size_t>(spec.precision)));
  }
  return padded(text, spec, '<');
}

Result<std::string> format_integer(Integer value, const FormatSpec& spec) {
  unsigned base = 10;
  std::string prefix = sign_text(value < 0, spec.sign);
  switch (spec.type) {
    case 0:
    case 'd':
    case 'n': break;
    case 'b': base = 2; break;
    case 'o': base = 8; break;
    case 'x':
    case 'X': base = 16; break;
    case 'c': {
      if (value < 0 || value > 0x10ffff) return template_error("%c arg not in range(0x110000)");
      std::string character;
      append_utf8(character, static_cast<char32_t>(value));
      return padded(character, spec, '<');
    }
    case 's': return unknown_code(spec.type, "int");
    default: return format_float(static_cast<double>(value), spec);
  }
  std::string digits = to_digits(magnitude(value), base);
  if (spec.is_alternate && base != 10) {
    prefix += std::string("0") + (base == 2 ? 'b' : base == 8 ? 'o' : spec.type);
  }
  if (spec.type == 'X') {
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  if (spec.grouping) digits = grouped(digits, spec.grouping, base == 10 ? 3 : 4);
  return padded_number(prefix, std::move(digits), spec);
}

Result<std::string> format_float(double value, const FormatSpec& spec) {
  if (std::string_view("bcdosxX").find(spec.type) != std::string_view::npos && spec.type != 0) {
    return unknown_code(spec.type, "float");
  }
  const bool is_negative = std::signbit(value) && !std::isnan(value);
  std::string digits = float_digits(std::fabs(value), spec);
  if (spec.grouping) {
    const std::size_t point = std::min(digits.find_first_of(".e%"), digits.size());
    digits = grouped(digits.substr(0, point), spec.grouping, 3) + digits.substr(point);
  }
  return padded_number(sign_text(is_negative, spec.sign), std::move(digits), spec);
}

Result<std::string> format_value(Runtime& runtime, const Value& value, const FormatSpec& spec) {
  const bool is_plain = spec.type == 0 && spec.width == 0 && spec.precision < 0 && !spec.align &&
                        spec.sign == '-' && !spec.is_alternate && !spec.grouping;
  if (is_plain) return to_text(runtime, value);
  if (value.is_integral()) return format_integer(value.integral(), spec);
  if (value.is(Value::Kind::Float)) return format_float(value.real(), spec);
  if (!value.is_string()) {
    return template_error("unsupported format string passed to ", type_name(value), ".__format__");
  }
  if (spec.type != 0 && spec.type != 's') return unknown_code(spec.type, "str");
  if (spec.align == '=' && spec.fill != "0") {
    return template_error("'=' alignment not allowed in string format specifier");
  }
  FormatSpec left = spec;
  if (left.align == '=') left.align = '<';
  return format_text(value.text(), left);
}

}  // namespace falconet::jinja
