// Hand-written equivalents of the regular expressions by which well-known models cut text into
// words; word_scanner_test.cpp holds them against the general matcher in regex.h.
#pragma once

#include <optional>
#include <string_view>

#include "tokenizer/character_classes.h"

namespace falconet {

/// A part of a text, in bytes.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(TextSpan, TextSpan) = default;
};

/// The regular expressions of tokenizer.json files that have a scanner, spelled as they are there.
namespace known_pattern {
// Also ByteLevel with use_regex.
inline constexpr std::string_view kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
// Also DeepSeek-R1-Distill-Qwen.
inline constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
// The first stage of SmolLM2 and StarCoder.
inline constexpr std::string_view kDigit = R"(\p{N})";
// The three stages of DeepSeek-V3.
inline constexpr std::string_view kThreeDigits = R"(\p{N}{1,3})";
inline constexpr std::string_view kHanAndKana = "[一-龥\u3040-ゟ゠-ヿ]+";
inline constexpr std::string_view kDeepSeekWords =
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
}  // namespace known_pattern

/// Finds the first match that begins at or after `from`; nothing where none does.
using WordScanner = std::optional<TextSpan> (*)(const CharacterClasses& classes,
                                                std::string_view text, std::size_t from);

/// The scanner of a regular expression, or null where it is not a known one.
WordScanner scanner_of(std::string_view pattern);

}  // namespace falconet
