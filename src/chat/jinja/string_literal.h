// The escapes inside quoted strings.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet::jinja {

/// The content of a string literal without its backslashes, by Python's rules; unknown escapes
/// stay as they are. Errors: InvalidArgument for digits that are missing or name no character.
Result<std::string> unescape(std::string_view literal);

}  // namespace falconet::jinja
