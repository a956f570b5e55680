// The syntax of ECMAScript regular expressions (ECMA-262, with the u flag's classes), as a tree.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/code_points.h"

namespace falconet {

struct Pattern {
  enum class Kind : std::uint8_t {
    Set,       // one character of `characters`
    Sequence,  // all children in order
    Choice,    // one of the children
    Repeat,    // the one child, min to max times
    Begin,     // ^
    End,       // $
    Ahead,     // (?=child)
    NotAhead,  // (?!child)
  };
  static constexpr std::uint32_t kNoLimit = 0xFFFFFFFF;

  Kind kind = Kind::Sequence;
  std::vector<Pattern> children = {};
  CodePoints characters = {};
  std::uint32_t min = 1;
  std::uint32_t max = 1;
};

constexpr std::size_t kMaxPatternBytes = 8'192;
constexpr int kMaxPatternDepth = 64;
constexpr std::uint32_t kMaxPatternRepeat = 65'536;

/// Errors: InvalidArgument (not a regular expression; says where), Unsupported (back references,
/// word boundaries, look-behind), TooLarge.
Result<Pattern> parse_pattern(std::string_view text);

}  // namespace falconet
