#include "store/search_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

struct CodePointRange {
  char32_t first;
  char32_t last;
};

// Unicode blocks of scripts whose words are not told apart by spaces, in order. Korean has spaces,
// but glues particles to its words, so that pairs find more than words do.
constexpr std::array kUnspaced = {
    CodePointRange{0x0E00, 0x0EFF},    // Thai, Lao
    CodePointRange{0x1000, 0x109F},    // Burmese
    CodePointRange{0x1100, 0x11FF},    // Hangul Jamo
    CodePointRange{0x1780, 0x17FF},    // Khmer
    CodePointRange{0x2E80, 0x2FDF},    // radicals
    CodePointRange{0x3005, 0x3007},    // 々〆〇
    CodePointRange{0x3040, 0x30FF},    // Hiragana, Katakana
    CodePointRange{0x3100, 0x318F},    // Bopomofo, Hangul compatibility Jamo
    CodePointRange{0x31A0, 0x31FF},    // Bopomofo and Katakana extensions
    CodePointRange{0x3400, 0x4DBF},    // Han, extension A
    CodePointRange{0x4E00, 0x9FFF},    // Han
    CodePointRange{0xAC00, 0xD7AF},    // Hangul
    CodePointRange{0xF900, 0xFAFF},    // Han, compatibility
    CodePointRange{0xFF66, 0xFFDC},    // half-width forms
    CodePointRange{0x20000, 0x3FFFF},  // Han, further extensions
};

bool is_unspaced(char32_t c) {
  const auto range = std::find_if(kUnspaced.begin(), kUnspaced.end(),
                                  [&](const CodePointRange& r) { return c <= r.last; });
  return range != kUnspaced.end() && c >= range->first;
}

bool is_word_character(char32_t c) { return is_letter(c) || is_number(c) || is_mark(c); }

bool is_accent(char32_t c) { return c >= 0x0300 && c <= 0x036F; }

/// Lower case, without accents; what the index would take for a border is left out.
std::string folded_word(std::string_view word) {
  const std::string decomposed = to_nfkd(word);
  std::string folded;
  for (std::size_t at = 0; at < decomposed.size();) {
    const Utf8Character c = decode_utf8(decomposed, at);
    at += static_cast<std::size_t>(c.num_bytes);
    const bool is_ascii_border = c.code_point < 0x80 && !is_word_character(c.code_point);
    if (!is_accent(c.code_point) && !is_ascii_border) append_utf8(folded, to_lower(c.code_point));
  }
  return folded;
}

/// Bytes at the begin of a snippet's first hit and after it; characters of Chinese take three.
constexpr std::size_t kSnippetBefore = 80;
constexpr std::size_t kSnippetBytes = 240;

std::size_t character_begin(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}

/// The number of units from `at` on that the term takes, 0 if it does not stand there.
std::size_t match_length(const std::vector<SearchUnit>& units, std::size_t at,
                         const SearchTerm& term) {
  if (at + term.units.size() > units.size()) return 0;
  if (term.is_word) {
    const bool begins = !units[at].is_character && units[at].text.starts_with(term.units.front());
    return begins ? 1 : 0;
  }
  for (std::size_t i = 0; i < term.units.size(); ++i) {
    const SearchUnit& unit = units[at + i];
    if (!unit.is_character || unit.text != term.units[i]) return 0;
    if (i > 0 && !unit.continues_run) return 0;
  }
  return term.units.size();
}

struct ByteRange {
  std::size_t begin;
  std::size_t end;
};

/// Where terms stand, in order, none overlapping another.
std::vector<ByteRange> find_hits(std::string_view text, const std::vector<SearchTerm>& terms) {
  const std::vector<SearchUnit> units = search_units(text);
  std::vector<ByteRange> hits;
  for (std::size_t at = 0; at < units.size();) {
    std::size_t longest = 0;
    for (const SearchTerm& term : terms) longest = std::max(longest, match_length(units, at, term));
    if (longest > 0) hits.push_back({units[at].begin, units[at + longest - 1].end});
    at += std::max<std::size_t>(1, longest);
  }
  return hits;
}

}  // namespace

std::vector<SearchUnit> search_units(std::string_view text) {
  std::vector<SearchUnit> units;
  std::size_t word_begin = std::string_view::npos;
  const auto end_word = [&](std::size_t end) {
    if (word_begin == std::string_view::npos) return;
    std::string folded = folded_word(text.substr(word_begin, end - word_begin));
    if (!folded.empty()) units.push_back({std::move(folded), word_begin, end});
    word_begin = std::string_view::npos;
  };
  std::size_t run_end = std::string_view::npos;  // of the run of characters that may go on
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character c = decode_utf8(text, at);
    const std::size_t next = at + static_cast<std::size_t>(c.num_bytes);
    if (c.is_valid && is_unspaced(c.code_point) && is_word_character(c.code_point)) {
      end_word(at);
      units.push_back({to_nfkc(text.substr(at, next - at)), at, next, true, run_end == at});
      run_end = next;
    } else if (c.is_valid && is_word_character(c.code_point)) {
      if (word_begin == std::string_view::npos) word_begin = at;
    } else {
      end_word(at);
    }
    at = next;
  }
  end_word(text.size());
  return units;
}

std::string search_tokens(std::string_view text) {
  const std::vector<SearchUnit> units = search_units(text);
  std::string tokens;
  const auto add = [&](std::string_view first, std::string_view second = {}) {
    if (!tokens.empty()) tokens += ' ';
    tokens += first;
    tokens += second;
  };
  for (std::size_t at = 0; at < units.size();) {
    if (!units[at].is_character) {
      add(units[at++].text);
      continue;
    }
    std::size_t end = at + 1;
    while (end < units.size() && units[end].continues_run) ++end;
    for (std::size_t i = at; i + 1 < end; ++i) add(units[i].text, units[i + 1].text);
    for (std::size_t i = at; i < end; ++i) add(units[i].text);
    at = end;
  }
  return tokens;
}

std::vector<SearchTerm> search_terms(std::string_view words) {
  std::vector<SearchTerm> terms;
  for (SearchUnit& unit : search_units(words)) {
    if (unit.continues_run) {
      terms.back().units.push_back(std::move(unit.text));
    } else {
      terms.push_back({{std::move(unit.text)}, !unit.is_character});
    }
  }
  return terms;
}

std::vector<SnippetPart> make_snippet(std::string_view text, const std::vector<SearchTerm>& terms) {
  const std::vector<ByteRange> hits = find_hits(text, terms);
  const std::size_t first = hits.empty() ? 0 : hits.front().begin;
  const std::size_t begin =
      character_begin(text, first > kSnippetBefore ? first - kSnippetBefore : 0);
  std::size_t end = character_begin(text, std::min(text.size(), begin + kSnippetBytes));
  std::vector<SnippetPart> parts;
  const auto add = [&](std::string part, bool is_hit) {
    if (!part.empty()) parts.push_back({std::move(part), is_hit});
  };
  std::size_t at = begin;
  std::string plain = begin > 0 ? "…" : "";
  for (const ByteRange& hit : hits) {
    if (hit.begin >= end) break;
    plain += text.substr(at, hit.begin - at);
    add(std::exchange(plain, ""), false);
    add(std::string(text.substr(hit.begin, hit.end - hit.begin)), true);
    at = hit.end;
    end = std::max(end, at);
  }
  plain += text.substr(at, end - at);
  if (end < text.size()) plain += "…";
  add(std::move(plain), false);
  return parts;
}

}  // namespace falconet
