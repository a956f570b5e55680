#include "feedback/record_fields.h"

#include <cmath>
#include <limits>

namespace falconet {
namespace {

// Tokens, turns and milliseconds since 1970 all fit with room to spare, and exactly in a double.
constexpr std::int64_t kMaxCount = std::int64_t{1} << 53;

std::string shortened(const Json& value) {
  constexpr std::size_t kShown = 40;
  std::string text = to_text(value);
  if (text.size() > kShown) {
    text.resize(kShown);
    text += "…";
  }
  return text;
}

}  // namespace

void RecordFields::expected(std::string_view key, const char* what, const Json& found) {
  reject("\"", key, "\" must be ", what, ", found ", shortened(found));
}

std::string RecordFields::id(std::string_view key) {
  const Json* member = present(key);
  if (member == nullptr) {
    reject("\"", key, "\" is missing");
    return {};
  }
  std::string value = member->is_string() ? member->get<std::string>() : std::string();
  if (value.empty()) expected(key, "a text that is not empty", *member);
  if (value.size() > kMaxIdBytes) expected(key, "at most 200 bytes long", *member);
  return value;
}

std::string RecordFields::text(std::string_view key) {
  const Json* member = present(key);
  if (member == nullptr) return {};
  if (member->is_string()) return member->get<std::string>();
  expected(key, "a text", *member);
  return {};
}

std::vector<std::string> RecordFields::texts(std::string_view key) {
  std::vector<std::string> out;
  const Json* member = present(key);
  if (member == nullptr) return out;
  if (!member->is_array()) {
    expected(key, "a list of texts", *member);
    return out;
  }
  for (const Json& value : *member) {
    if (value.is_string()) {
      out.push_back(value.get<std::string>());
    } else {
      expected(key, "a list of texts", value);
    }
  }
  return out;
}

std::int64_t RecordFields::count(std::string_view key, std::int64_t fallback) {
  const Json* member = present(key);
  if (member == nullptr) return fallback;
  const auto value = int_member(line_, key);
  if (!value || *value < 0 || *value > kMaxCount) {
    expected(key, "a whole number from 0 on", *member);
    return fallback;
  }
  return *value;
}

std::optional<std::int64_t> RecordFields::time(std::string_view key) {
  if (present(key) == nullptr) return std::nullopt;
  return count(key, 0);
}

std::optional<double> RecordFields::optional_number(std::string_view key, NumberRange range) {
  const Json* member = present(key);
  if (member == nullptr) return std::nullopt;
  const double value =
      member->is_number() ? member->get<double>() : std::numeric_limits<double>::quiet_NaN();
  if (!(value >= range.least && value <= range.most)) {
    reject("\"", key, "\" must be a number from ", range.least, " to ", range.most, ", found ",
           shortened(*member));
    return std::nullopt;
  }
  return value;
}

double RecordFields::number(std::string_view key, double fallback, NumberRange range) {
  return optional_number(key, range).value_or(fallback);
}

bool RecordFields::flag(std::string_view key, bool fallback) {
  const Json* member = present(key);
  if (member == nullptr) return fallback;
  if (!member->is_boolean()) expected(key, "true or false", *member);
  return member->is_boolean() ? member->get<bool>() : fallback;
}

}  // namespace falconet
