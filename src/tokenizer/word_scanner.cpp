#include "tokenizer/word_scanner.h"

#include <string>

#include "base/strings.h"

namespace falconet {

namespace {

using namespace character_class;
using Character = CharacterClasses::Character;

/// Reads characters off a text; every function takes and returns byte offsets.
struct Scan {
  const CharacterClasses& classes;
  std::string_view text;

  Character at(std::size_t place) const { return classes.at(text, place); }

  /// The end of the run of characters that have one of the classes.
  std::size_t run_of(int any_of, std::size_t place, int limit = -1) const {
    for (Character c = at(place); limit != 0 && c.is(any_of); c = at(place), --limit) {
      place += c.num_bytes;
    }
    return place;
  }

  /// The end of the run of characters that have none of the classes.
  std::size_t run_without(int none_of, std::size_t place) const {
    for (Character c = at(place); c.num_bytes > 0 && !c.is(none_of); c = at(place)) {
      place += c.num_bytes;
    }
    return place;
  }

  /// \s*[\r\n]+ where the pattern has it, then \s+(?!\S), then \s+; there is a space at `place`.
  std::size_t white_space(std::size_t place, bool ends_at_newlines) const {
    std::size_t end = place;
    std::size_t last_begin = place;  // of the last space in the run
    std::size_t newline_end = place;
    for (Character c = at(end); c.is(kSpace); c = at(end)) {
      last_begin = end;
      end += c.num_bytes;
      if (c.is(kNewline)) newline_end = end;
    }
    if (ends_at_newlines && newline_end > place) return newline_end;
    // The last space before a word is left to the word, unless it is the only one.
    const bool is_at_word = end < text.size();
    return is_at_word && last_begin > place ? last_begin : end;
  }
};

enum class Case { Sensitive, Insensitive };

/// 's 't 're 've 'm 'll 'd, or `place` where none of them stands there. Simple case folding makes
/// U+017F (long s) an s.
std::size_t contraction(std::string_view text, std::size_t place, Case letter_case) {
  const auto letter = [&](std::size_t ahead) {
    const char c = place + ahead < text.size() ? text[place + ahead] : '\0';
    const bool is_upper = c >= 'A' && c <= 'Z';
    return is_upper && letter_case == Case::Insensitive ? static_cast<char>(c - 'A' + 'a') : c;
  };
  if (letter(0) != '\'') return place;
  const char a = letter(1);
  if (a == 's' || a == 't' || a == 'm' || a == 'd') return place + 2;
  const char b = letter(2);
  if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return place + 3;
  const bool is_long_s = letter_case == Case::Insensitive && a == '\xC5' && b == '\xBF';
  return is_long_s ? place + 3 : place;
}

std::optional<TextSpan> scan_gpt2(const CharacterClasses& classes, std::string_view text,
                                  std::size_t from) {
  if (from >= text.size()) return std::nullopt;
  const Scan scan{classes, text};
  if (const std::size_t end = contraction(text, from, Case::Sensitive); end > from) {
    return TextSpan{from, end};
  }
  // One space belongs to what follows it.
  const Character first = scan.at(from);
  std::size_t begin = from;
  Character c = first;
  if (c.code_point == ' ') c = scan.at(++begin);
  if (c.is(kLetter)) return TextSpan{from, scan.run_of(kLetter, begin)};
  if (c.is(kNumber)) return TextSpan{from, scan.run_of(kNumber, begin)};
  if (c.num_bytes > 0 && !c.is(kSpace)) {
    return TextSpan{from, scan.run_without(kSpace | kLetter | kNumber, begin)};
  }
  return TextSpan{from, scan.white_space(from, /*ends_at_newlines=*/false)};
}

/// The pattern of OpenAI's cl100k with `kMaxDigits` digits a word.
template <int kMaxDigits>
std::optional<TextSpan> scan_cl100k(const CharacterClasses& classes, std::string_view text,
                                    std::size_t from) {
  if (from >= text.size()) return std::nullopt;
  const Scan scan{classes, text};
  const Character c = scan.at(from);
  if (c.is(kLetter)) return TextSpan{from, scan.run_of(kLetter, from)};
  if (c.is(kNumber)) return TextSpan{from, scan.run_of(kNumber, from, kMaxDigits)};
  if (const std::size_t end = contraction(text, from, Case::Insensitive); end > from) {
    return TextSpan{from, end};
  }
  const std::size_t after = from + c.num_bytes;
  const Character next = scan.at(after);
  if (!c.is(kNewline) && next.is(kLetter)) return TextSpan{from, scan.run_of(kLetter, after)};
  constexpr int kWordOrSpace = kSpace | kLetter | kNumber;
  const bool is_space_before_other =
      c.code_point == ' ' && next.num_bytes > 0 && !next.is(kWordOrSpace);
  if (!c.is(kSpace) || is_space_before_other) {
    return TextSpan{from, scan.run_of(kNewline, scan.run_without(kWordOrSpace, after))};
  }
  return TextSpan{from, scan.white_space(from, /*ends_at_newlines=*/true)};
}

/// \p{N}{1,kMaxDigits}
template <int kMaxDigits>
std::optional<TextSpan> scan_digits(const CharacterClasses& classes, std::string_view text,
                                    std::size_t from) {
  const Scan scan{classes, text};
  for (Character c = scan.at(from); c.num_bytes > 0; c = scan.at(from)) {
    if (c.is(kNumber)) return TextSpan{from, scan.run_of(kNumber, from, kMaxDigits)};
    from += c.num_bytes;
  }
  return std::nullopt;
}

bool is_han_or_kana(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3040 && c <= 0x30FF);
}

std::optional<TextSpan> scan_han_and_kana(const CharacterClasses& classes, std::string_view text,
                                          std::size_t from) {
  const Scan scan{classes, text};
  Character c = scan.at(from);
  for (; c.num_bytes > 0 && !is_han_or_kana(c.code_point); c = scan.at(from)) from += c.num_bytes;
  if (c.num_bytes == 0) return std::nullopt;
  std::size_t end = from;
  for (; is_han_or_kana(c.code_point); c = scan.at(end)) end += c.num_bytes;
  return TextSpan{from, end};
}

bool is_ascii_letter(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// The end of the match that begins at `place`, or `place`.
std::size_t deepseek_word(const Scan& scan, std::size_t place, const Character& c) {
  const std::size_t after = place + c.num_bytes;
  const Character next = scan.at(after);
  const bool is_ascii_mark = c.code_point < 0x80 && c.is(kPunctuation | kSymbol);
  if (is_ascii_mark && is_ascii_letter(next.code_point)) {
    std::size_t end = after;
    while (is_ascii_letter(scan.at(end).code_point)) ++end;
    return end;
  }
  constexpr int kWord = kLetter | kMark;
  if (c.is(kWord)) return scan.run_of(kWord, place);
  constexpr int kSign = kPunctuation | kSymbol;
  if (!c.is(kNewline | kSign) && next.is(kWord)) return scan.run_of(kWord, after);
  if (c.is(kSign) || (c.code_point == ' ' && next.is(kSign))) {
    return scan.run_of(kNewline, scan.run_of(kSign, after));
  }
  return c.is(kSpace) ? scan.white_space(place, /*ends_at_newlines=*/true) : place;
}

std::optional<TextSpan> scan_deepseek_words(const CharacterClasses& classes, std::string_view text,
                                            std::size_t from) {
  const Scan scan{classes, text};
  for (Character c = scan.at(from); c.num_bytes > 0; c = scan.at(from)) {
    const std::size_t end = deepseek_word(scan, from, c);
    if (end > from) return TextSpan{from, end};
    from += c.num_bytes;
  }
  return std::nullopt;
}

}  // namespace

WordScanner scanner_of(std::string_view pattern) {
  // Files write a line end as itself or as an escape.
  const std::string escaped = replace_all(replace_all(pattern, "\r", "\\r"), "\n", "\\n");
  if (escaped == known_pattern::kGpt2) return scan_gpt2;
  if (escaped == known_pattern::kQwen2) return scan_cl100k<1>;
  if (escaped == known_pattern::kLlama3) return scan_cl100k<3>;
  if (escaped == known_pattern::kDigit) return scan_digits<1>;
  if (escaped == known_pattern::kThreeDigits) return scan_digits<3>;
  if (escaped == known_pattern::kHanAndKana) return scan_han_and_kana;
  if (escaped == known_pattern::kDeepSeekWords) return scan_deepseek_words;
  return nullptr;
}

}  // namespace falconet
