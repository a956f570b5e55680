// A small backtracking matcher for the regular expressions that tokenizer files carry: Unicode
// properties, character classes, greedy repeats of one class, alternatives and lookahead.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace falconet {

/// A set of characters: ASCII as a bitmap, the rest by ranges and general categories.
class CharacterSet {
 public:
  void add_range(char32_t first, char32_t last);
  void add_categories(std::uint32_t bits) { categories_ |= bits; }
  void add_white_space() { has_white_space_ = true; }
  void add_negated(const CharacterSet& set);
  void negate() { is_negated_ = !is_negated_; }
  void ignore_case();

  /// Fills the bitmap; call once when the set is complete.
  void finish();

  bool contains(char32_t c) const { return c < 128 ? ascii_[c] : contains_slowly(c); }

 private:
  bool contains_slowly(char32_t c) const;

  std::bitset<128> ascii_;
  std::vector<std::pair<char32_t, char32_t>> ranges_;
  std::vector<CharacterSet> negated_parts_;  // [\S\d]: sets whose complement belongs to this one
  std::uint32_t categories_ = 0;
  bool has_white_space_ = false;
  bool is_negated_ = false;
};

class Regex {
 public:
  /// Errors: Unsupported, naming the construct and its place.
  static Result<Regex> compile(std::string_view pattern);

  /// End of the match that begins exactly at `start`, or nothing. Tries alternatives in order, as
  /// Perl does.
  std::optional<std::size_t> match_at(std::span<const char32_t> text, std::size_t start) const;

 private:
  friend class RegexParser;

  enum class Op : std::uint8_t { Accept, Repeat, Branch, Lookahead, NegativeLookahead, Start, End };

  struct Node {
    Op op = Op::Accept;
    int next = -1;
    int set = -1;  // Repeat: between min and max characters of it
    std::size_t min = 1;
    std::size_t max = 1;
    bool is_possessive = false;
    bool is_lazy = false;
    std::vector<int> branches = {};  // Branch: tried in order; Lookahead: its one body
  };

  static constexpr std::size_t kNoMatch = static_cast<std::size_t>(-1);
  std::size_t run(int node, std::span<const char32_t> text, std::size_t position) const;
  std::size_t run_repeat(const Node& node, std::span<const char32_t> text,
                         std::size_t position) const;

  std::vector<CharacterSet> sets_;
  std::vector<Node> nodes_;
  int start_ = 0;
};

}  // namespace falconet
