// The syntax of the regular expressions in tokenizer files, as Oniguruma's Ruby syntax reads them.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/character_set.h"

namespace falconet {

enum class Greed { Greedy, Lazy, Possessive };

struct RegexNode {
  enum class Kind {
    Set,        // one character
    Sequence,   // all children in order
    Choice,     // the first child that leads to a match
    Repeat,     // the one child, between min and max times
    Lookahead,  // the one child must (not) match here; consumes nothing
    Atomic,     // the one child's first match, never reconsidered
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
  };
  static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

  Kind kind = Kind::Sequence;
  std::vector<RegexNode> children = {};
  std::size_t set = 0;  // index into ParsedRegex::sets
  std::size_t min = 1;
  std::size_t max = 1;
  Greed greed = Greed::Greedy;
  bool is_negated = false;  // of a Lookahead
};

struct ParsedRegex {
  RegexNode root;
  std::vector<CharacterSet> sets;
};

/// Errors: Unsupported, naming the construct and the character at which it stands.
Result<ParsedRegex> parse_regex(std::string_view pattern);

}  // namespace falconet
