#include "grammar/schema_reader.h"

#include <algorithm>
#include <cmath>

#include "grammar/number_language.h"
#include "grammar/pattern_language.h"
#include "grammar/string_formats.h"

namespace falconet {

std::string SchemaReader::at(std::string_view keyword) const {
  return cat(sets_.document().pointer(schema_), "/", keyword);
}

Error SchemaReader::malformed(std::string_view keyword, std::string_view expected) const {
  return error(ErrorCode::InvalidArgument, at(keyword), ": expected ", expected);
}

Error SchemaReader::unsupported(std::string_view keyword, std::string_view why) const {
  return error(ErrorCode::Unsupported, at(keyword), ": ", why);
}

Error SchemaReader::placed(const char* keyword, Error failure) const {
  if (failure.message.starts_with('/')) return failure;
  return std::move(failure).within(at(keyword));
}

Result<std::uint32_t> SchemaReader::count(const char* keyword, std::uint32_t absent) const {
  const Json* value = find(keyword);
  if (value == nullptr) return absent;
  const double number = value->is_number() ? value->get<double>() : -1;
  if (number < 0 || number != std::floor(number)) {
    return malformed(keyword, "a whole number of at least 0");
  }
  // Over four thousand million is no limit that a text could reach.
  return number >= kUnlimited ? kUnlimited - 1 : static_cast<std::uint32_t>(number);
}

Status SchemaReader::expect_map(const char* keyword) const {
  const Json* value = find(keyword);
  if (value != nullptr && !value->is_object()) return malformed(keyword, "an object");
  return {};
}

Status SchemaReader::narrow(const char* keyword, const JsonSet& to) {
  auto both = sets_.intersected(set_, to);
  if (!both) return placed(keyword, std::move(both).error());
  set_ = std::move(*both);
  return {};
}

Status SchemaReader::narrow(const char* keyword, ExpressionId to) {
  const auto set = sets_.set_of(to);
  if (!set) return placed(keyword, Error(set.error()));
  return narrow(keyword, **set);
}

Result<JsonSet> SchemaReader::read() {
  if (!schema_.is_object()) {
    return error(ErrorCode::InvalidArgument, sets_.document().pointer(schema_),
                 ": expected a schema: an object, true or false");
  }
  TRY(read_references());
  if (sets_.document().ignores_siblings_of_ref() && find("$ref") != nullptr) return set_;
  TRY(read_type());
  TRY(read_enum());
  TRY(read_strings());
  TRY(read_numbers());
  TRY(read_arrays());
  TRY(read_objects());
  TRY(read_all_of());
  TRY(read_unevaluated());
  TRY(read_any_of());
  TRY(read_condition());
  TRY(read_dependencies());
  TRY(read_not());
  TRY(read_one_of());
  return std::move(set_);
}

Status SchemaReader::read_type() {
  const Json* type = find("type");
  if (type == nullptr) return {};
  JsonSet allowed;
  const JsonSet all = SchemaSets::everything();
  std::vector<Json> names;
  if (type->is_array()) {
    names.assign(type->begin(), type->end());
  } else {
    names = {*type};
  }
  for (const Json& name : names) {
    if (name == "null") {
      allowed.has_null = true;
    } else if (name == "boolean") {
      allowed.has_true = allowed.has_false = true;
    } else if (name == "number") {
      allowed.numbers = kAnyText;
    } else if (name == "integer") {
      if (allowed.numbers == kNothing) allowed.numbers = whole_numbers(sets_.pool());
      allowed.is_canonical = allowed.numbers != kAnyText;
    } else if (name == "string") {
      allowed.strings = kAnyText;
    } else if (name == "object") {
      allowed.objects = all.objects;
    } else if (name == "array") {
      allowed.arrays = all.arrays;
    } else {
      return malformed("type", "the name of a JSON type, or a list of them");
    }
  }
  if (allowed.numbers == kAnyText) allowed.is_canonical = false;
  return narrow("type", allowed);
}

Status SchemaReader::read_enum() {
  if (const Json* value = find("const")) TRY(narrow("const", sets_.constant(*value)));
  const Json* values = find("enum");
  if (values == nullptr) return {};
  if (!values->is_array()) return malformed("enum", "an array");
  JsonSet allowed;
  std::vector<RegexId> strings;
  std::vector<RegexId> numbers;
  for (const Json& value : *values) {
    auto one = sets_.constant_set(value);
    if (!one) return placed("enum", std::move(one).error());
    strings.push_back(one->strings);
    numbers.push_back(one->numbers);
    one->strings = one->numbers = kNothing;
    auto more = sets_.united(std::move(allowed), *one);
    if (!more) return placed("enum", std::move(more).error());
    allowed = std::move(*more);
  }
  allowed.strings = sets_.pool().either(std::move(strings));
  allowed.numbers = sets_.pool().either(std::move(numbers));
  return narrow("enum", allowed);
}

Status SchemaReader::read_strings() {
  RegexPool& pool = sets_.pool();
  std::vector<RegexId> parts = {set_.strings};
  TRY_ASSIGN(const std::uint32_t min, count("minLength", 0));
  TRY_ASSIGN(const std::uint32_t max, count("maxLength", kUnlimited));
  if (min > max) {
    parts.push_back(kNothing);
  } else if (min > 0 || max != kUnlimited) {
    parts.push_back(pool.repeated(pool.set(CodePoints::all()), min, max));
  }
  if (const Json* pattern = find("pattern")) {
    if (!pattern->is_string()) return malformed("pattern", "a string");
    auto language =
        pattern_language(pool, pattern->get_ref<const std::string&>(), PatternMatch::Anywhere);
    if (!language) return placed("pattern", std::move(language).error());
    parts.push_back(*language);
  }
  if (const Json* format = find("format"); format != nullptr && format->is_string()) {
    auto language = format_language(pool, format->get_ref<const std::string&>());
    if (!language) return placed("format", std::move(language).error());
    if (*language) parts.push_back(**language);
  }
  if (parts.size() == 1) return {};
  set_.strings = pool.both(std::move(parts));
  if (!pool.is_live(set_.strings)) set_.strings = kNothing;
  return {};
}

Status SchemaReader::read_bound(const char* keyword, bool is_lower, bool is_exclusive) {
  const Json* value = find(keyword);
  if (value == nullptr) return {};
  if (!value->is_number()) return malformed(keyword, "a number");
  RegexPool& pool = sets_.pool();
  std::optional<RegexId> bound;
  if (is_exclusive) {
    const double number = value->get<double>();
    bound = is_lower ? more_than(pool, number) : less_than(pool, number);
  } else if (const auto decimal = decimal_of(*value)) {
    bound = is_lower ? at_least(pool, *decimal) : at_most(pool, *decimal);
  }
  if (!bound) return unsupported(keyword, "so large a number cannot be a bound");
  set_.numbers = pool.both({set_.numbers, *bound});
  return {};
}

Status SchemaReader::read_numbers() {
  // Before draft 6 exclusiveMinimum was a property of minimum.
  const auto is_flag = [&](const char* keyword) {
    const Json* value = find(keyword);
    return value != nullptr && value->is_boolean();
  };
  const bool excludes_min = bool_member(schema_, "exclusiveMinimum").value_or(false);
  const bool excludes_max = bool_member(schema_, "exclusiveMaximum").value_or(false);
  TRY(read_bound("minimum", true, excludes_min));
  TRY(read_bound("maximum", false, excludes_max));
  if (!is_flag("exclusiveMinimum")) TRY(read_bound("exclusiveMinimum", true, true));
  if (!is_flag("exclusiveMaximum")) TRY(read_bound("exclusiveMaximum", false, true));
  const Json* divisor = find("multipleOf");
  if (divisor == nullptr) return {};
  if (!divisor->is_number()) return malformed("multipleOf", "a number");
  auto multiples = multiples_of(sets_.pool(), *divisor);
  if (!multiples) return placed("multipleOf", std::move(multiples).error());
  set_.numbers = sets_.pool().both({set_.numbers, *multiples});
  return {};
}

Status SchemaReader::read_references() {
  if (const Json* reference = find("$ref")) {
    if (!reference->is_string()) return malformed("$ref", "a URI reference");
    auto target = sets_.document().resolve(schema_, reference->get_ref<const std::string&>());
    if (!target) return placed("$ref", std::move(target).error());
    TRY(narrow("$ref", sets_.schema(**target)));
  }
  if (const Json* reference = find("$dynamicRef")) {
    if (!reference->is_string()) return malformed("$dynamicRef", "a URI reference");
    auto target =
        sets_.document().resolve_dynamic(schema_, reference->get_ref<const std::string&>());
    if (!target) return placed("$dynamicRef", std::move(target).error());
    TRY(narrow("$dynamicRef", sets_.schema(**target)));
  }
  if (find("$recursiveRef") != nullptr) {
    return unsupported("$recursiveRef", "only $ref and $dynamicRef are known");
  }
  return {};
}

}  // namespace falconet
