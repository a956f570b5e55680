// JSON values: the nlohmann library behind a parser that does not throw.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

/// Keeps the order of keys, which templates and tool schemas depend on. Finding a key is linear:
/// do not use it for objects of thousands of keys.
using Json = nlohmann::ordered_json;

/// Sorted keys, logarithmic lookup: for large objects such as vocabularies.
using SortedJson = nlohmann::json;

/// Deeper nesting is refused: the parser and every walk over the value recurse.
constexpr int kMaxJsonDepth = 256;

/// Errors: InvalidArgument with line and column, TooLarge beyond kMaxJsonDepth.
Result<Json> parse_json(std::string_view text);
Result<SortedJson> parse_sorted_json(std::string_view text);

/// One line; invalid UTF-8 becomes U+FFFD instead of an exception.
std::string to_text(const Json& value);

/// The member `key` of an object, or null for anything else.
const Json* find_member(const Json& object, std::string_view key);

/// Typed members: nothing where the key is absent, null or of another type. Integers are read
/// from integral numbers only and must fit 64 bits.
std::optional<std::string> string_member(const Json& object, std::string_view key);
std::optional<std::int64_t> int_member(const Json& object, std::string_view key);
std::optional<double> number_member(const Json& object, std::string_view key);
std::optional<bool> bool_member(const Json& object, std::string_view key);

}  // namespace falconet
