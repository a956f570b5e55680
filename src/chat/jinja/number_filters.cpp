// Filters that make or round numbers, and the default filter.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/strings.h"
#include "chat/jinja/filters.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

Result<Value> absolute(const Call& call) {
  if (call.self.is_undefined()) return undefined_error(call.self);
  if (call.self.is(Kind::Float)) return Value(std::fabs(call.self.real()));
  if (!call.self.is_integral()) {
    return template_error("bad operand type for abs(): '", type_name(call.self), "'");
  }
  const Integer number = call.self.integral();
  if (number >= 0) return Value(number);
  return apply(UnaryOperator::Minus, Value(number));
}

// Python's float(text): spaces around and underscores between digits are allowed.
std::optional<double> parse_float(std::string_view text) {
  std::string digits(strip(text));
  for (std::size_t i = 1; i + 1 < digits.size(); ++i) {
    const auto is_digit = [&](std::size_t at) { return digits[at] >= '0' && digits[at] <= '9'; };
    if (digits[i] == '_' && is_digit(i - 1) && is_digit(i + 1)) digits.erase(i, 1);
  }
  const std::string word = falconet::to_lower(digits);
  const std::string_view unsigned_word =
      word.empty() || (word[0] != '+' && word[0] != '-') ? word : std::string_view(word).substr(1);
  const bool is_special =
      unsigned_word == "inf" || unsigned_word == "infinity" || unsigned_word == "nan";
  if (!is_special && digits.find_first_not_of("0123456789+-.eE") != std::string::npos) {
    return std::nullopt;
  }
  char* end = nullptr;
  const double value = std::strtod(digits.c_str(), &end);
  if (digits.empty() || end != digits.c_str() + digits.size()) return std::nullopt;
  return value;
}

Result<std::optional<double>> float_of(const Value& value) {
  if (value.is_undefined()) return undefined_error(value);
  if (value.is_number()) return std::optional(value.number());
  if (value.is_string()) return parse_float(value.text());
  return std::optional<double>();
}

Value fallback_of(const Call& call, Value fallback) { return call.has(0) ? call[0] : fallback; }

Result<Value> to_float(const Call& call) {
  TRY_ASSIGN(const std::optional<double> value, float_of(call.self));
  return value ? Value(*value) : fallback_of(call, Value(0.0));
}

Result<Value> to_int(const Call& call) {
  TRY_ASSIGN(const Integer base, call.integer(1, 10));
  if (call.self.is_integral()) return Value(call.self.integral());
  if (call.self.is_string() && base >= 0 && base <= 36) {
    const auto value = parse_integer(call.self.text(), static_cast<int>(base));
    if (value) return Value(*value);
  }
  TRY_ASSIGN(const std::optional<double> number, float_of(call.self));
  const auto whole = number ? to_integer(*number) : std::nullopt;
  return whole ? Value(*whole) : fallback_of(call, Value(Integer{0}));
}

// Correctly rounded in decimal, ties to even, as Python's round does.
double rounded(double value, int precision) {
  if (!std::isfinite(value) || precision > 320) return value;
  if (precision < 0) {
    const double unit = std::pow(10.0, -precision);
    return std::isfinite(unit) ? std::nearbyint(value / unit) * unit : 0.0;
  }
  char buffer[700];
  std::snprintf(buffer, sizeof buffer, "%.*f", precision, value);
  return std::strtod(buffer, nullptr);
}

Result<Value> round_filter(const Call& call) {
  if (call.self.is_undefined()) return undefined_error(call.self);
  if (!call.self.is_number()) {
    return template_error("type ", type_name(call.self), " doesn't define __round__ method");
  }
  TRY_ASSIGN(const Integer precision, call.integer(0, 0));
  TRY_ASSIGN(const std::string method, call.text(1, "common"));
  const int digits = static_cast<int>(std::clamp<Integer>(precision, -400, 400));
  const double number = call.self.number();
  if (method == "common") {
    if (call.self.is_integral() && digits >= 0) return Value(call.self.integral());
    const double result = rounded(number, digits);
    if (!call.self.is_integral()) return Value(result);
    return Value(to_integer(result).value_or(0));
  }
  const double unit = std::pow(10.0, digits);
  if (method == "ceil") return Value(std::ceil(number * unit) / unit);
  if (method == "floor") return Value(std::floor(number * unit) / unit);
  return template_error("method must be common, ceil or floor");
}

Result<Value> file_size(const Call& call) {
  TRY_ASSIGN(const std::optional<double> size, float_of(call.self));
  if (!size) return template_error("filesizeformat needs a number");
  const bool is_binary = call.flag(0, false);
  const double base = is_binary ? 1024 : 1000;
  if (*size == 1) return call.runtime.text("1 Byte");
  if (*size < base) return call.runtime.text(to_decimal(to_integer(*size).value_or(0)) + " Bytes");
  static constexpr char kPrefixes[] = "kMGTPEZY";
  double unit = base;
  std::size_t i = 0;
  while (i + 2 < sizeof kPrefixes && *size >= unit * base) {
    unit *= base;
    ++i;
  }
  const char prefix = is_binary && i == 0 ? 'K' : kPrefixes[i];
  return call.runtime.text(cat(fixed(*size / unit, 1), " ", prefix, is_binary ? "iB" : "B"));
}

Result<Value> default_filter(const Call& call) {
  const bool is_missing =
      call.self.is_undefined() || (call.flag(1, false) && !is_truthy(call.self));
  if (!is_missing) return call.self;
  return call.has(0) ? call[0] : Value(std::string());
}

constexpr Builtin kNumberFilters[] = {
    {"abs", absolute, ""},
    {"d", default_filter, "default_value= boolean="},
    {"default", default_filter, "default_value= boolean="},
    {"filesizeformat", file_size, "binary="},
    {"float", to_float, "default="},
    {"int", to_int, "default= base="},
    {"round", round_filter, "precision= method="},
};

}  // namespace

std::span<const Builtin> number_filters() { return kNumberFilters; }

}  // namespace falconet::jinja
