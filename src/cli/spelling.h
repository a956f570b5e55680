// Words that were meant but not typed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace falconet {

/// The known word that differs from `word` by the fewest inserted, deleted or replaced bytes, if
/// they are at most two and fewer than a third of it.
std::optional<std::string> nearest_spelling(std::string_view word,
                                            std::span<const std::string> known);

}  // namespace falconet
