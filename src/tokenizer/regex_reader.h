// Reads a pattern character by character, and the parts of it that describe one character.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tokenizer/character_set.h"

namespace falconet {

class RegexReader {
 public:
  explicit RegexReader(std::string_view pattern);

  bool at_end() const { return position_ >= pattern_.size(); }
  std::size_t position() const { return position_; }
  void set_position(std::size_t position) { position_ = position; }

  /// 0 beyond the end.
  char32_t peek(std::size_t ahead = 0) const {
    return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : 0;
  }

  /// There must be a next character.
  char32_t next() { return pattern_[position_++]; }

  /// Consumes the text if it stands here. ASCII only.
  bool take(std::string_view text);
  bool take(char c) { return take(std::string_view(&c, 1)); }

  /// Digits, at most five of them.
  std::optional<std::size_t> read_number();

  /// What follows a backslash. Errors: Unsupported.
  Result<CharacterSet> read_escape();

  /// What follows an opening bracket, the closing one included. Errors: Unsupported.
  Result<CharacterSet> read_class() { return read_class(0); }

  Error unsupported(std::string_view what) const;

 private:
  Result<CharacterSet> read_class(int depth);
  Result<CharacterSet> read_class_members(int depth);
  Result<CharacterSet> read_property(bool is_negated);
  /// A character that stands for itself, or an escape for one.
  Result<char32_t> read_single();
  Result<char32_t> read_hexadecimal(std::size_t max_digits);

  std::vector<char32_t> pattern_;
  std::size_t position_ = 0;
};

}  // namespace falconet
