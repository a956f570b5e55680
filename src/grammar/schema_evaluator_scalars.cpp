// SchemaEvaluator: keywords of any value, of strings and of numbers.
#include <algorithm>
#include <cmath>

#include "base/unicode.h"
#include "grammar/number_language.h"
#include "grammar/pattern_language.h"
#include "grammar/pattern_syntax.h"
#include "grammar/schema_evaluator.h"
#include "grammar/string_formats.h"

namespace falconet {
namespace {

// A longer one is cut in an error message.
constexpr std::size_t kMaxShownBytes = 60;

std::u32string decoded_characters(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const auto next = decode_utf8(text, at);
    points.push_back(next.code_point);
    at += static_cast<std::size_t>(next.num_bytes);
  }
  return points;
}

bool is_whole(const Json& number) {
  if (!number.is_number_float()) return true;
  const double value = number.get<double>();
  return std::isfinite(value) && value == std::floor(value);
}

bool has_type(const Json& value, std::string_view name) {
  if (name == "null") return value.is_null();
  if (name == "boolean") return value.is_boolean();
  if (name == "number") return value.is_number();
  if (name == "integer") return value.is_number() && is_whole(value);
  if (name == "string") return value.is_string();
  if (name == "object") return value.is_object();
  return name == "array" && value.is_array();
}

bool is_type_name(const Json& name) {
  constexpr std::string_view kNames[] = {"null",   "boolean", "number", "integer",
                                         "string", "object",  "array"};
  return name.is_string() &&
         std::ranges::find(kNames, name.get_ref<const std::string&>()) != std::end(kNames);
}

std::string shown(const Json& value) {
  const std::string text = to_text(value);
  if (text.size() <= kMaxShownBytes) return text;
  return to_valid_utf8(text.substr(0, kMaxShownBytes)) + "…";
}

}  // namespace

bool are_equal_values(const Json& a, const Json& b) {
  if (a.is_object() && b.is_object()) {
    return a.size() == b.size() && std::ranges::all_of(a.items(), [&b](const auto& member) {
             const auto other = b.find(member.key());
             return other != b.end() && are_equal_values(member.value(), *other);
           });
  }
  if (a.is_array() && b.is_array()) return std::ranges::equal(a, b, are_equal_values);
  return a == b;  // numbers by their value
}

Status SchemaEvaluator::type(Frame& frame) {
  const Json* type = frame.find("type");
  if (type == nullptr) return {};
  const Json names = type->is_array() ? *type : Json::array({*type});
  bool is_one = false;
  for (const Json& name : names) {
    if (!is_type_name(name)) {
      return malformed(frame, "type", "the name of a JSON type, or a list of them");
    }
    is_one = is_one || has_type(frame.value, name.get_ref<const std::string&>());
  }
  if (!is_one) fail(frame, "type", cat(shown(frame.value), " is no ", shown(*type)));
  return {};
}

Status SchemaEvaluator::constants(Frame& frame) {
  const Json* constant = frame.find("const");
  if (constant != nullptr && !are_equal_values(*constant, frame.value)) {
    fail(frame, "const", cat(shown(frame.value), " is not ", shown(*constant)));
  }
  const Json* values = frame.find("enum");
  if (values == nullptr) return {};
  if (!values->is_array()) return malformed(frame, "enum", "an array");
  const bool is_one = std::ranges::any_of(
      *values, [&frame](const Json& value) { return are_equal_values(value, frame.value); });
  if (!is_one) fail(frame, "enum", cat(shown(frame.value), " is none of the values"));
  return {};
}

Result<std::size_t> SchemaEvaluator::count(const Frame& frame, const char* keyword,
                                           std::size_t absent) const {
  const Json* value = frame.find(keyword);
  if (value == nullptr) return absent;
  const double number = value->is_number() ? value->get<double>() : -1;
  if (number < 0 || number != std::floor(number)) {
    return malformed(frame, keyword, "a whole number of at least 0");
  }
  constexpr double kMost = 1e18;
  return static_cast<std::size_t>(std::min(number, kMost));
}

Result<bool> SchemaEvaluator::matches(const std::string& pattern, const std::string& text) {
  const std::string key = "pattern " + pattern;
  auto known = languages_.find(key);
  if (known == languages_.end()) {
    known = languages_.emplace(key, pattern_language(pool_, pattern, PatternMatch::Anywhere)).first;
  }
  if (!known->second) return known->second.error();
  const bool is_match = pool_.matches(*known->second, decoded_characters(text));
  if (pool_.is_exhausted())
    return error(ErrorCode::TooLarge, "matching patterns takes too many steps");
  return is_match;
}

Result<bool> SchemaEvaluator::has_format(const std::string& format, const std::string& text) {
  // Any that we can read, where the language of the format is but a part of them.
  if (format == "regex") {
    const auto pattern = parse_pattern(text);
    return pattern.has_value() || pattern.error().code != ErrorCode::InvalidArgument;
  }
  const std::string key = "format " + format;
  auto known = languages_.find(key);
  if (known == languages_.end()) {
    const auto language = format_language(pool_, format);
    // A name that JSON Schema does not define says nothing.
    const auto allowed = language ? Result<RegexId>(language->value_or(kAnyText))
                                  : Result<RegexId>(Error(language.error()));
    known = languages_.emplace(key, allowed).first;
  }
  if (!known->second) return known->second.error();
  const bool is_match = pool_.matches(*known->second, decoded_characters(text));
  if (pool_.is_exhausted())
    return error(ErrorCode::TooLarge, "matching formats takes too many steps");
  return is_match;
}

Status SchemaEvaluator::strings(Frame& frame) {
  if (!frame.value.is_string()) return {};
  const std::string& text = frame.value.get_ref<const std::string&>();
  TRY_ASSIGN(const std::size_t min, count(frame, "minLength", 0));
  TRY_ASSIGN(const std::size_t max, count(frame, "maxLength", text.size()));
  const std::size_t length = decoded_characters(text).size();
  if (length < min) fail(frame, "minLength", cat(shown(frame.value), " is too short"));
  if (length > max) fail(frame, "maxLength", cat(shown(frame.value), " is too long"));
  if (const Json* pattern = frame.find("pattern")) {
    if (!pattern->is_string()) return malformed(frame, "pattern", "a string");
    auto is_match = matches(pattern->get_ref<const std::string&>(), text);
    if (!is_match) return std::move(is_match).error().within(at(frame, "pattern"));
    if (!*is_match) fail(frame, "pattern", cat(shown(frame.value), " does not match the pattern"));
  }
  const Json* format = frame.find("format");
  if (format == nullptr || !format->is_string()) return {};
  auto is_match = has_format(format->get_ref<const std::string&>(), text);
  if (!is_match) return std::move(is_match).error().within(at(frame, "format"));
  if (!*is_match) fail(frame, "format", cat(shown(frame.value), " is no ", shown(*format)));
  return {};
}

Status SchemaEvaluator::bound(Frame& frame, const char* keyword, bool is_lower, bool is_exclusive) {
  const Json* value = frame.find(keyword);
  if (value == nullptr) return {};
  if (!value->is_number()) return malformed(frame, keyword, "a number");
  const bool is_beyond = is_lower ? frame.value < *value : *value < frame.value;
  const bool is_on_it = is_exclusive && frame.value == *value;
  if (is_beyond || is_on_it) {
    fail(frame, keyword, cat(shown(frame.value), " is beyond ", shown(*value)));
  }
  return {};
}

Status SchemaEvaluator::numbers(Frame& frame) {
  if (!frame.value.is_number()) return {};
  // Before draft 6 exclusiveMinimum was a property of minimum.
  const auto flag = [&frame](const char* keyword) { return bool_member(frame.schema, keyword); };
  const auto excludes_min = flag("exclusiveMinimum");
  const auto excludes_max = flag("exclusiveMaximum");
  TRY(bound(frame, "minimum", true, excludes_min.value_or(false)));
  TRY(bound(frame, "maximum", false, excludes_max.value_or(false)));
  if (!excludes_min) TRY(bound(frame, "exclusiveMinimum", true, true));
  if (!excludes_max) TRY(bound(frame, "exclusiveMaximum", false, true));
  return multiple(frame);
}

// In decimal digits: 0.3 is a multiple of 0.1.
Status SchemaEvaluator::multiple(Frame& frame) {
  const Json* divisor = frame.find("multipleOf");
  if (divisor == nullptr) return {};
  if (!divisor->is_number()) return malformed(frame, "multipleOf", "a number");
  auto multiples = multiples_of(pool_, *divisor);
  if (!multiples) return std::move(multiples).error().within(at(frame, "multipleOf"));
  const auto decimal = decimal_of(frame.value);
  if (!decimal) {
    return error(ErrorCode::Unsupported, at(frame, "multipleOf"), ": ", shown(frame.value),
                 " has too many digits to be divided");
  }
  const bool is_multiple = pool_.matches(*multiples, decoded_characters(decimal->text()));
  if (pool_.is_exhausted()) {
    return error(ErrorCode::TooLarge, at(frame, "multipleOf"), ": dividing takes too many steps");
  }
  if (!is_multiple) {
    fail(frame, "multipleOf", cat(shown(frame.value), " is no multiple of ", shown(*divisor)));
  }
  return {};
}

}  // namespace falconet
