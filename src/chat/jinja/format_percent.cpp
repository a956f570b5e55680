#include <algorithm>

#include "base/strings.h"
#include "chat/jinja/format.h"
#include "chat/jinja/format_spec.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

class PercentFormatter {
 public:
  PercentFormatter(Runtime& runtime, const Value& format, const Value& values)
      : runtime_(runtime), rest_(format.text()), is_safe_(format.is_safe()), values_(values) {}

  Result<Value> run() {
    while (!rest_.empty()) {
      const std::size_t percent = std::min(rest_.find('%'), rest_.size());
      out_ += rest_.substr(0, percent);
      rest_.remove_prefix(percent);
      if (!rest_.empty()) TRY(take_conversion());
      if (out_.size() > runtime_.limits().max_output_bytes) break;
    }
    if (num_used_ < num_values() && !is_mapping()) {
      return template_error("not all arguments converted during string formatting");
    }
    return runtime_.text(std::move(out_), is_safe_);
  }

 private:
  // Python takes for a mapping whatever has items: a list or an undefined value, too.
  bool is_mapping() const {
    return values_.is(Kind::Dict) || values_.is_undefined() || is_list(values_);
  }
  std::size_t num_values() const { return is_tuple(values_) ? values_.sequence().items.size() : 1; }

  Result<Value> next_value() {
    if (named_) return *named_;
    if (num_used_ >= num_values()) return template_error("not enough arguments for format string");
    const std::size_t i = num_used_++;
    return is_tuple(values_) ? values_.sequence().items[i] : values_;
  }

  char take_one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_[0]) == std::string_view::npos) return 0;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  Status take_key() {
    const std::size_t close = rest_.find(')');
    if (close == std::string_view::npos) return template_error("incomplete format key");
    if (!values_.is(Kind::Dict)) return template_error("format requires a mapping");
    const std::string_view key = rest_.substr(1, close - 1);
    const Value* value = values_.dict().find(key);
    if (!value) return template_error("the mapping has no key '", key, "'");
    named_ = *value;
    rest_.remove_prefix(close + 1);
    return {};
  }

  // A width or precision: digits, or "*" for the next value.
  Result<std::size_t> take_size(FormatSpec& spec) {
    if (take_one_of("*")) {
      TRY_ASSIGN(const Value value, next_value());
      if (!value.is_integral()) return template_error("* wants int");
      if (value.integral() < 0) spec.align = '<';
      return parse_format_size(runtime_, to_digits(magnitude(value.integral()), 10));
    }
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view digits = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return digits.empty() ? Result<std::size_t>(std::size_t{0})
                          : parse_format_size(runtime_, digits);
  }

  Result<FormatSpec> take_spec() {
    FormatSpec spec;
    spec.align = '>';
    bool is_zero_filled = false;
    while (const char flag = take_one_of("-+ #0")) {
      if (flag == '-') spec.align = '<';
      if (flag == '+' || (flag == ' ' && spec.sign != '+')) spec.sign = flag;
      if (flag == '#') spec.is_alternate = true;
      if (flag == '0') is_zero_filled = true;
    }
    TRY_ASSIGN(spec.width, take_size(spec));
    if (take_one_of(".")) {
      TRY_ASSIGN(const std::size_t precision, take_size(spec));
      spec.precision = static_cast<int>(std::min<std::size_t>(precision, kMaxPrecision));
    }
    while (take_one_of("hlL")) continue;
    if (rest_.empty()) return template_error("incomplete format");
    spec.type = rest_[0];
    rest_.remove_prefix(1);
    const bool is_number = std::string_view("diuoxXeEfFgG").find(spec.type) != std::string::npos;
    if (is_zero_filled && is_number && spec.align != '<') {
      spec.align = '=';
      spec.fill = "0";
    }
    return spec;
  }

  Status take_conversion() {
    rest_.remove_prefix(1);
    named_.reset();
    if (!rest_.empty() && rest_[0] == '(') TRY(take_key());
    TRY_ASSIGN(FormatSpec spec, take_spec());
    if (spec.type == '%') {
      out_ += '%';
      return {};
    }
    TRY_ASSIGN(const Value value, next_value());
    TRY_ASSIGN(const std::string text, convert(value, spec));
    out_ += text;
    return {};
  }

  Result<std::string> convert(const Value& value, FormatSpec spec) {
    switch (spec.type) {
      case 's':
      case 'r':
      case 'a': {
        TRY_ASSIGN(std::string text,
                   spec.type == 's' ? to_text(runtime_, value) : to_repr(runtime_, value));
        if (is_safe_ && !value.is_safe()) text = escaped_html(text);
        return format_text(text, spec);
      }
      case 'd':
      case 'i':
      case 'u':
        spec.type = 'd';
        return convert_integer(value, spec, "%d format: a real number is required, not ");
      case 'o':
      case 'x':
      case 'X': return convert_integer(value, spec, "an integer is required, not ");
      case 'c':
        if (value.is_string()) return format_text(value.text(), spec);
        return convert_integer(value, spec, "%c requires int or char, not ");
      default: break;
    }
    if (std::string_view("eEfFgG").find(spec.type) == std::string_view::npos) {
      return template_error("unsupported format character '", spec.type, "'");
    }
    if (value.is_undefined()) return undefined_error(value);
    if (!value.is_number()) {
      return template_error("must be real number, not ", type_name(value));
    }
    return format_float(value.number(), spec);
  }

  static Result<std::string> convert_integer(const Value& value, const FormatSpec& spec,
                                             std::string_view complaint) {
    if (value.is_undefined()) return undefined_error(value);
    if (value.is_integral()) return format_integer(value.integral(), spec);
    const auto truncated =
        value.is(Kind::Float) && spec.type == 'd' ? to_integer(value.real()) : std::nullopt;
    if (!truncated) return template_error(complaint, type_name(value));
    return format_integer(*truncated, spec);
  }

  static constexpr std::size_t kMaxPrecision = 1100;

  Runtime& runtime_;
  std::string_view rest_;
  const bool is_safe_;
  const Value& values_;
  std::string out_;
  std::size_t num_used_ = 0;
  std::optional<Value> named_;  // what the key of the current conversion names
};

}  // namespace

Result<Value> format_percent(Runtime& runtime, const Value& format, const Value& values) {
  return PercentFormatter(runtime, format, values).run();
}

}  // namespace falconet::jinja
