// Python's string operations on UTF-8, which count in characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace falconet::jinja {

/// Python's str.isspace for one character: White_Space and the separators U+001C–U+001F.
bool is_space(char32_t c);

std::size_t num_characters(std::string_view text);

/// The byte at which character `index` starts; the end of the text for an index beyond it.
std::size_t byte_offset(std::string_view text, std::size_t index);

std::vector<std::string_view> characters(std::string_view text);

// Without whitespace, or without the characters in `set`, at the ends.
std::string_view strip_left(std::string_view text, std::optional<std::string_view> set = {});
std::string_view strip_right(std::string_view text, std::optional<std::string_view> set = {});
std::string_view strip(std::string_view text, std::optional<std::string_view> set = {});

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

// At most `max_splits` cuts, counted from the left or from the right. The separator is not empty.
std::vector<std::string_view> split_left(std::string_view text, std::string_view separator,
                                         std::size_t max_splits = kNoLimit);
std::vector<std::string_view> split_right(std::string_view text, std::string_view separator,
                                          std::size_t max_splits = kNoLimit);

// At runs of whitespace; no empty parts.
std::vector<std::string_view> split_words_left(std::string_view text,
                                               std::size_t max_splits = kNoLimit);
std::vector<std::string_view> split_words_right(std::string_view text,
                                                std::size_t max_splits = kNoLimit);

enum class LineEnds { Drop, Keep };
std::vector<std::string_view> split_lines(std::string_view text, LineEnds ends = LineEnds::Drop);

/// An empty `from` stands before, between and behind all characters.
std::string replace(std::string_view text, std::string_view from, std::string_view to,
                    std::size_t max_replacements = kNoLimit);

/// Occurrences that do not overlap.
std::size_t count(std::string_view text, std::string_view part);

// With Unicode's full case mappings: ß becomes SS.
std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string capitalize(std::string_view text);
std::string title(std::string_view text);
std::string swap_case(std::string_view text);

// str.isupper and the like: at least one cased character and none of the other case.
bool is_upper(std::string_view text);
bool is_lower(std::string_view text);
bool is_title(std::string_view text);

/// Is there a character, and does the property hold for all?
bool all_of(std::string_view text, bool (*property)(char32_t));

enum class Alignment { Left, Center, Right };

/// Filled up with `fill` to `width` characters.
std::string aligned(std::string_view text, std::size_t width, Alignment alignment,
                    std::string_view fill = " ");

}  // namespace falconet::jinja
