#include "base/json.h"

#include <limits>

namespace falconet {
namespace {

/// Refuses nesting beyond kMaxJsonDepth before the recursive walks of others can overflow.
template <class Value>
Result<Value> parse(std::string_view text) {
  bool is_too_deep = false;
  const auto watch = [&](int depth, typename Value::parse_event_t, Value&) {
    is_too_deep |= depth > kMaxJsonDepth;
    return !is_too_deep;
  };
  const auto too_deep = [] {
    return error(ErrorCode::TooLarge, "JSON is nested deeper than ", kMaxJsonDepth, " levels");
  };
  try {
    Value value = Value::parse(text.begin(), text.end(), watch);
    if (is_too_deep) return too_deep();
    return value;
  } catch (const nlohmann::json::exception& failure) {
    if (is_too_deep) return too_deep();
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    const std::string_view what = failure.what();
    const auto end = what.find("] ");
    return error(ErrorCode::InvalidArgument,
                 "invalid JSON: ", end == std::string_view::npos ? what : what.substr(end + 2));
  }
}

}  // namespace

Result<Json> parse_json(std::string_view text) { return parse<Json>(text); }

Result<SortedJson> parse_sorted_json(std::string_view text) { return parse<SortedJson>(text); }

std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find_member(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> string_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::int64_t> int_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_number_integer()) return std::nullopt;
  if (member->is_number_unsigned() &&
      member->get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return member->get<std::int64_t>();
}

std::optional<double> number_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  return member->get<double>();
}

std::optional<bool> bool_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

}  // namespace falconet
