#include "feedback/comment_text.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "base/unicode.h"
#include "feedback/issue_lexicon.h"

namespace falconet {
namespace {

// What a folded word becomes; whole words only. A word in "n't" needs no row.
struct Contraction {
  std::string_view from;
  std::string_view to;
};
constexpr std::array kContractions = {
    Contraction{"can't", "can not"},   Contraction{"cannot", "can not"},
    Contraction{"cant", "can not"},    Contraction{"won't", "will not"},
    Contraction{"wont", "will not"},   Contraction{"dont", "do not"},
    Contraction{"doesnt", "does not"}, Contraction{"didnt", "did not"},
    Contraction{"isnt", "is not"},     Contraction{"wasnt", "was not"},
};

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_ideograph(char32_t c) { return c >= 0x3001 && c <= 0x9FFF; }

std::string folded(char32_t c) {
  if (c == U'\u2019' || c == U'\u2018' || c == U'\u02BC') return "'";
  std::string out;
  append_utf8(out, to_lower(c));
  return c < 0x80 || is_ideograph(c) ? out : to_nfkc(out);
}

class CommentBuilder {
 public:
  explicit CommentBuilder(NormalizedComment& out) : out_(out) { append(" ", 0); }

  void add_character(char32_t c, std::uint32_t offset) {
    if (is_white_space(c) || c == U'\u3000') {
      end_word();
      if (out_.text.back() != ' ') append(" ", offset);
      return;
    }
    const std::string text = folded(c);
    const bool continues_word = text.size() == 1 && (is_word_byte(text[0]) || text[0] == '\'');
    if (!continues_word) end_word();
    append(text, offset);
    if (!continues_word) word_begin_ = out_.text.size();
  }

  void finish() {
    end_word();
    if (out_.text.back() != ' ') append(" ", out_.num_original_bytes);
  }

 private:
  void append(std::string_view text, std::uint32_t offset) {
    out_.text += text;
    out_.offsets.resize(out_.text.size(), offset);
    if (text == " ") word_begin_ = out_.text.size();
  }

  void end_word() {
    const std::string word = out_.text.substr(word_begin_);
    const std::string full = spelt_out(word);
    if (full != word) {
      const std::uint32_t offset = out_.offsets[word_begin_];
      out_.text.resize(word_begin_);
      out_.offsets.resize(word_begin_);
      append(full, offset);
    }
    word_begin_ = out_.text.size();
  }

  static std::string spelt_out(const std::string& word) {
    for (const Contraction& row : kContractions) {
      if (word == row.from) return std::string(row.to);
    }
    if (word.ends_with("n't")) return word.substr(0, word.size() - 3) + " not";
    return word;
  }

  NormalizedComment& out_;
  std::size_t word_begin_ = 0;
};

/// Bytes of the sentence end at `position`, or 0. A point inside "1.5" or "v2.x" ends nothing.
std::size_t sentence_end(std::string_view text, std::size_t position) {
  const char c = text[position];
  if (c == '!' || c == '?' || c == ';') return 1;
  if (c == '.') return position + 1 >= text.size() || text[position + 1] == ' ' ? 1 : 0;
  for (const std::string_view end : {"。", "…"}) {
    if (text.substr(position).starts_with(end)) return end.size();
  }
  return 0;
}

std::vector<std::size_t> contrast_positions(std::string_view text) {
  std::vector<std::size_t> positions;
  for (const std::string_view word : contrast_words()) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) {
      positions.push_back(at);
    }
  }
  std::sort(positions.begin(), positions.end());
  return positions;
}

}  // namespace

NormalizedComment normalize_comment(std::string_view comment) {
  NormalizedComment out;
  out.num_original_bytes = static_cast<std::uint32_t>(comment.size());
  CommentBuilder builder(out);
  for (std::size_t at = 0; at < comment.size();) {
    const Utf8Character character = decode_utf8(comment, at);
    builder.add_character(character.code_point, static_cast<std::uint32_t>(at));
    at += static_cast<std::size_t>(character.num_bytes);
  }
  builder.finish();
  return out;
}

std::vector<TextRange> comment_segments(std::string_view normalized) {
  std::vector<std::size_t> borders = contrast_positions(normalized);
  for (std::size_t at = 0; at < normalized.size(); ++at) {
    if (const std::size_t num_bytes = sentence_end(normalized, at)) {
      borders.push_back(at + num_bytes);
    }
  }
  borders.push_back(normalized.size());
  std::sort(borders.begin(), borders.end());
  std::vector<TextRange> segments;
  std::size_t begin = 0;
  for (const std::size_t end : borders) {
    if (end <= begin) continue;
    if (!trim(normalized.substr(begin, end - begin)).empty()) segments.push_back({begin, end});
    begin = end;
  }
  return segments;
}

std::vector<LexiconTerm> parse_terms(std::string_view alternatives) {
  std::vector<LexiconTerm> terms;
  for (std::string_view word : split(alternatives, '|')) {
    word = trim(word);
    if (word.empty()) continue;
    LexiconTerm term;
    term.is_prefix = word.ends_with('*');
    if (term.is_prefix) word.remove_suffix(1);
    term.text = word;
    term.is_ascii = std::all_of(word.begin(), word.end(), [](char c) { return c > 0; });
    terms.push_back(std::move(term));
  }
  return terms;
}

std::size_t find_term(std::string_view text, const LexiconTerm& term, std::size_t from) {
  for (auto at = text.find(term.text, from); at != text.npos; at = text.find(term.text, at + 1)) {
    if (!term.is_ascii) return at;
    const std::size_t end = at + term.text.size();
    const bool begins = at == 0 || !is_word_byte(text[at - 1]);
    const bool ends = term.is_prefix || end == text.size() || !is_word_byte(text[end]);
    if (begins && ends) return at;
  }
  return text.npos;
}

}  // namespace falconet
