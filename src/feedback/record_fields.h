// Members of one JSON object, read with the first mistake remembered: what a record's parser needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace falconet {

/// What a number may be.
struct NumberRange {
  double least = 0;
  double most = 0;
};

/// Readers return a default where a member is absent or wrong; status() says what was wrong.
class RecordFields {
 public:
  /// `line` must outlive the reader.
  explicit RecordFields(const Json& line) : line_(line) {
    if (!line.is_object()) reject("expected an object, found ", line.type_name());
  }

  /// Not empty, at most kMaxIdBytes.
  std::string id(std::string_view key);
  std::string text(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  std::int64_t count(std::string_view key, std::int64_t fallback);
  std::optional<std::int64_t> time(std::string_view key);
  double number(std::string_view key, double fallback, NumberRange range);
  std::optional<double> optional_number(std::string_view key, NumberRange range);
  bool flag(std::string_view key, bool fallback);

  /// The name of an enumerator; absent: `fallback`, which may be empty for a required one.
  template <class Enum>
  Enum choice(std::string_view key, std::optional<Enum> (*parse)(std::string_view),
              std::optional<Enum> fallback) {
    const Json* member = present(key);
    if (member == nullptr) {
      if (!fallback) reject("\"", key, "\" is missing");
      return fallback.value_or(Enum{});
    }
    const std::string name = member->is_string() ? member->get<std::string>() : to_text(*member);
    const std::optional<Enum> value = parse(name);
    if (!value) reject("\"", key, "\" does not know \"", name, "\"");
    return value.value_or(Enum{});
  }

  bool has(std::string_view key) const { return present(key) != nullptr; }
  const Json* member(std::string_view key) const { return present(key); }

  template <class... Parts>
  void reject(const Parts&... parts) {
    if (!mistake_) mistake_ = error(ErrorCode::InvalidArgument, parts...);
  }
  Status status() const { return mistake_ ? Status(*mistake_) : Status(); }

 private:
  const Json* present(std::string_view key) const {
    const Json* member = find_member(line_, key);
    return member == nullptr || member->is_null() ? nullptr : member;
  }
  void expected(std::string_view key, const char* what, const Json& found);

  const Json& line_;
  std::optional<Error> mistake_;
};

/// Ids are keys of maps and stand in reports.
constexpr std::size_t kMaxIdBytes = 200;

}  // namespace falconet
