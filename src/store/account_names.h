// Names that accounts log in with: what they may look like, and when two are the same.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

constexpr std::size_t kMinAccountNameCharacters = 2;
constexpr std::size_t kMaxAccountNameCharacters = 64;

/// The form in which a name is kept: NFKC, without spaces around it.
/// Errors: InvalidArgument "name: …": 2 to 64 letters and digits of any script, and . _ - @
Result<std::string> account_name(std::string_view typed);

/// What is equal for names that only differ in case or form. Of any text, also of no valid name.
std::string account_name_key(std::string_view name);

}  // namespace falconet
