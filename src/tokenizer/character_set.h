// A set of characters as regular expressions describe it: ranges, general categories, complements.
#pragma once

#include <bitset>
#include <cstdint>
#include <utility>
#include <vector>

namespace falconet {

class CharacterSet {
 public:
  void add(char32_t character) { add_range(character, character); }
  void add_range(char32_t first, char32_t last) { ranges_.emplace_back(first, last); }
  /// Bits as base/unicode.h's category_bits() gives them.
  void add_categories(std::uint32_t bits) { categories_ |= bits; }
  void add_white_space() { has_white_space_ = true; }
  void add_set(const CharacterSet& set) { parts_.push_back(set); }

  /// Keeps only what is in `set` too; what is added later is not affected.
  void intersect(const CharacterSet& set);
  void negate() { is_negated_ = !is_negated_; }

  /// Adds the other case of each character. Only single characters and ASCII letters are folded.
  void ignore_case();

  /// Call once when the set is complete.
  void finish();

  bool contains(char32_t c) const { return c < 128 ? ascii_[c] : contains_slowly(c); }

 private:
  bool contains_slowly(char32_t c) const;

  std::bitset<128> ascii_;
  std::vector<std::pair<char32_t, char32_t>> ranges_;
  std::vector<CharacterSet> parts_;         // united with this one
  std::vector<CharacterSet> intersection_;  // each must hold the character, too
  std::uint32_t categories_ = 0;
  bool has_white_space_ = false;
  bool is_negated_ = false;
};

}  // namespace falconet
