#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "chat/jinja/format.h"
#include "chat/jinja/format_spec.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"

namespace falconet::jinja {
namespace {

class BraceFormatter {
 public:
  BraceFormatter(Runtime& runtime, bool is_safe, const Arguments& arguments)
      : runtime_(runtime), is_safe_(is_safe), arguments_(arguments) {}

  // Fields inside the specification of a field may not hold fields again.
  Result<std::string> run(std::string_view format, int num_levels) {
    if (num_levels < 0) return template_error("Max string recursion exceeded");
    std::string out;
    while (!format.empty()) {
      const char c = format[0];
      const bool is_doubled = (c == '{' || c == '}') && format.size() > 1 && format[1] == c;
      if (is_doubled || (c != '{' && c != '}')) {
        out += c;
        format.remove_prefix(is_doubled ? 2 : 1);
        continue;
      }
      if (c == '}') return template_error("Single '}' encountered in format string");
      const auto end = field_end(format);
      if (!end) return template_error("expected '}' before end of string");
      TRY_ASSIGN(const std::string text, replacement(format.substr(1, *end - 1), num_levels));
      out += text;
      format.remove_prefix(*end + 1);
      if (out.size() > runtime_.limits().max_output_bytes) break;
    }
    return out;
  }

 private:
  // The brace that closes the field which opens the text.
  static std::optional<std::size_t> field_end(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '{') ++depth;
      if (text[i] == '}' && --depth == 0) return i;
    }
    return std::nullopt;
  }

  // name[!conversion][:specification]
  Result<std::string> replacement(std::string_view field, int num_levels) {
    const std::size_t name_end = std::min(field.find_first_of("!:"), field.size());
    TRY_ASSIGN(Value value, find_value(field.substr(0, name_end)));
    field.remove_prefix(name_end);
    if (field.starts_with('!')) {
      if (field.size() < 2) return template_error("end of string while looking for conversion");
      TRY_ASSIGN(value, converted(value, field[1]));
      field.remove_prefix(2);
    }
    if (!field.empty() && field[0] != ':') {
      return template_error("expected ':' after conversion specifier");
    }
    if (!field.empty()) field.remove_prefix(1);
    TRY_ASSIGN(const std::string spec_text, run(field, num_levels - 1));
    TRY_ASSIGN(const FormatSpec spec, parse_format_spec(runtime_, spec_text));
    TRY_ASSIGN(std::string text, format_value(runtime_, value, spec));
    if (is_safe_ && !value.is_safe()) return escaped_html(text);
    return text;
  }

  Result<Value> converted(const Value& value, char conversion) {
    if (conversion == 's') {
      TRY_ASSIGN(std::string text, to_text(runtime_, value));
      return runtime_.text(std::move(text));
    }
    if (conversion != 'r' && conversion != 'a') {
      return template_error("Unknown conversion specifier ", conversion);
    }
    TRY_ASSIGN(std::string text, to_repr(runtime_, value));
    return runtime_.text(std::move(text));
  }

  // first[.attribute | [item]]…
  Result<Value> find_value(std::string_view name) {
    const std::size_t first_end = std::min(name.find_first_of(".["), name.size());
    TRY_ASSIGN(Value value, find_argument(name.substr(0, first_end)));
    name.remove_prefix(first_end);
    while (!name.empty()) {
      const bool is_item = name[0] == '[';
      const std::size_t end =
          is_item ? name.find(']') : std::min(name.find_first_of(".[", 1), name.size());
      if (end == std::string_view::npos) return template_error("Missing ']' in format string");
      const std::string_view key = name.substr(1, end - 1);
      if (key.empty()) return template_error("Empty attribute in format string");
      if (is_item) {
        const auto index = parse_number<std::uint32_t>(key);
        const Value key_value = index ? Value(Integer{*index}) : Value(std::string(key));
        TRY_ASSIGN(value, get_item(runtime_, value, key_value));
      } else {
        TRY_ASSIGN(value, get_attribute(value, key));
      }
      name.remove_prefix(is_item ? end + 1 : end);
    }
    return value;
  }

  Result<Value> find_argument(std::string_view name) {
    std::optional<std::size_t> index = parse_number<std::size_t>(name);
    if (name.empty()) index = num_automatic_++;
    if (index) {
      if (*index < arguments_.positional.size()) return arguments_.positional[*index];
      return template_error("Replacement index ", *index,
                            " out of range for positional args tuple");
    }
    if (const Value* value = arguments_.find(name)) return *value;
    return template_error("format() misses the argument '", name, "'");
  }

  Runtime& runtime_;
  const bool is_safe_;
  const Arguments& arguments_;
  std::size_t num_automatic_ = 0;
};

}  // namespace

Result<Value> format_braces(Runtime& runtime, const Value& format, const Arguments& arguments) {
  BraceFormatter formatter(runtime, format.is_safe(), arguments);
  TRY_ASSIGN(std::string text, formatter.run(format.text(), /*num_levels=*/2));
  return runtime.text(std::move(text), format.is_safe());
}

}  // namespace falconet::jinja
