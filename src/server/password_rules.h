// Which passwords are refused because they would be guessed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace falconet {

constexpr std::size_t kMinPasswordCharacters = 10;

/// What is wrong with the password of an account of this name: too short, too long, the name
/// itself, or among those that everybody tries first. Nothing: it will do.
std::optional<std::string> password_weakness(std::string_view password, std::string_view name);

}  // namespace falconet
