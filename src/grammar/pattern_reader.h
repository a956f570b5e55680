// The parser behind parse_pattern().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "grammar/pattern_syntax.h"

namespace falconet {

class PatternReader {
 public:
  explicit PatternReader(std::u32string pattern) : pattern_(std::move(pattern)) {}

  Result<Pattern> read_all();

 private:
  Result<Pattern> read_choice(int depth);
  Result<Pattern> read_sequence(int depth);
  Result<Pattern> read_atom(int depth);
  Result<Pattern> read_group(int depth);
  Result<Pattern> read_quantified(Pattern atom);
  std::optional<std::pair<std::uint32_t, std::uint32_t>> read_braces();
  std::optional<std::uint32_t> read_number();

  Result<CodePoints> read_class();
  Result<CodePoints> read_class_atom();
  Result<CodePoints> read_escape(bool in_class);
  Result<CodePoints> read_property(bool is_negated);
  Result<char32_t> read_hexadecimal(std::size_t num_digits);
  Result<char32_t> read_unicode_escape();

  bool at_end() const { return position_ >= pattern_.size(); }
  char32_t peek(std::size_t ahead = 0) const {
    return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : 0;
  }
  bool take(std::u32string_view text);
  Error invalid(std::string_view what) const;
  Error unsupported(std::string_view what) const;

  std::u32string pattern_;
  std::size_t position_ = 0;
};

}  // namespace falconet
