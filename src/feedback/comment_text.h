// A comment made ready for looking words up in it, with the way back to the original bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

/// Lower case, compatibility forms folded, spaces single (one at both ends), "isn't" as "is not".
struct NormalizedComment {
  std::string text;
  std::vector<std::uint32_t> offsets;  // of the original byte that each byte of `text` came from

  /// Where the byte after text[0, end) stands in the original.
  std::uint32_t original_end(std::size_t end) const {
    return end < offsets.size() ? offsets[end] : num_original_bytes;
  }
  std::uint32_t num_original_bytes = 0;
};

NormalizedComment normalize_comment(std::string_view comment);

/// Part of a normalized comment, [begin, end).
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Sentences, cut again where a contrast word turns the judgement round.
std::vector<TextRange> comment_segments(std::string_view normalized);

/// A word or phrase of the lexicon. ASCII terms match whole words.
struct LexiconTerm {
  std::string text;
  bool is_ascii = false;
  bool is_prefix = false;  // written with "*" at its end
};

/// The terms of "a|b*|c".
std::vector<LexiconTerm> parse_terms(std::string_view alternatives);

/// The first match at or after `from`; npos if there is none.
std::size_t find_term(std::string_view text, const LexiconTerm& term, std::size_t from);

}  // namespace falconet
