// The parts of a regular expression that describe one character.
#include <string>

#include "base/unicode.h"
#include "grammar/pattern_reader.h"

namespace falconet {
namespace {

const CodePoints& digits() {
  static const CodePoints set({{U'0', U'9'}});
  return set;
}

const CodePoints& word_characters() {
  static const CodePoints set({{U'0', U'9'}, {U'A', U'Z'}, {U'_', U'_'}, {U'a', U'z'}});
  return set;
}

/// WhiteSpace and LineTerminator of ECMA-262.
const CodePoints& spaces() {
  static const CodePoints set({{U'\t', U'\r'},
                               {U' ', U' '},
                               {0xA0, 0xA0},
                               {0x1680, 0x1680},
                               {0x2000, 0x200A},
                               {0x2028, 0x2029},
                               {0x202F, 0x202F},
                               {0x205F, 0x205F},
                               {0x3000, 0x3000},
                               {0xFEFF, 0xFEFF}});
  return set;
}

CodePoints of_categories(std::uint32_t bits) {
  std::vector<CodePointRange> ranges;
  for (char32_t c = 0; c <= kMaxCodePoint; ++c) {
    if ((category_bit(c) & bits) == 0) continue;
    if (!ranges.empty() && ranges.back().last + 1 == c) {
      ranges.back().last = c;
    } else {
      ranges.push_back({c, c});
    }
  }
  return CodePoints(std::move(ranges)).intersected(CodePoints::all());
}

/// The short names of the general categories that have long ones in use.
std::string short_category(const std::string& name) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"Letter", "L"},
      {"Lowercase_Letter", "Ll"},
      {"Uppercase_Letter", "Lu"},
      {"Mark", "M"},
      {"Number", "N"},
      {"Decimal_Number", "Nd"},
      {"digit", "Nd"},
      {"Punctuation", "P"},
      {"punct", "P"},
      {"Symbol", "S"},
      {"Separator", "Z"},
      {"Other", "C"}};
  for (const auto& [long_name, short_name] : kNames) {
    if (name == long_name) return std::string(short_name);
  }
  return name;
}

int hexadecimal_value(char32_t c) {
  if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0');
  if (c >= U'a' && c <= U'f') return static_cast<int>(c - U'a' + 10);
  if (c >= U'A' && c <= U'F') return static_cast<int>(c - U'A' + 10);
  return -1;
}

CodePoints control(char32_t c) { return CodePoints::single(c); }

}  // namespace

Result<char32_t> PatternReader::read_hexadecimal(std::size_t num_digits) {
  char32_t value = 0;
  for (std::size_t i = 0; i < num_digits; ++i, ++position_) {
    const int digit = at_end() ? -1 : hexadecimal_value(peek());
    if (digit < 0) return invalid("a hexadecimal digit is missing");
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

/// After "\u": four digits, or any number in braces; surrogates come in pairs.
Result<char32_t> PatternReader::read_unicode_escape() {
  if (take(U"{")) {
    char32_t value = 0;
    while (!at_end() && hexadecimal_value(peek()) >= 0 && value <= kMaxCodePoint) {
      value = value * 16 + static_cast<char32_t>(hexadecimal_value(peek()));
      ++position_;
    }
    if (!take(U"}") || value > kMaxCodePoint) return invalid("a code point is malformed");
    return value;
  }
  TRY_ASSIGN(const char32_t high, read_hexadecimal(4));
  if (high < 0xD800 || high > 0xDBFF || !take(U"\\u")) return high;
  TRY_ASSIGN(const char32_t low, read_hexadecimal(4));
  if (low < 0xDC00 || low > 0xDFFF) return invalid("half of a surrogate pair");
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

Result<CodePoints> PatternReader::read_property(bool is_negated) {
  if (!take(U"{")) return invalid("the name of a Unicode property is missing");
  std::string name;
  while (!at_end() && peek() != U'}') append_utf8(name, pattern_[position_++]);
  if (!take(U"}")) return invalid("the name of a Unicode property does not end");
  for (const std::string_view prefix : {"gc=", "General_Category="}) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  if (name == "Any") return is_negated ? CodePoints() : CodePoints::all();
  if (name == "ASCII") {
    const CodePoints ascii({{0, 0x7F}});
    return is_negated ? ascii.negated() : ascii;
  }
  const std::uint32_t bits = category_bits(short_category(name));
  if (bits == 0) return unsupported("the Unicode property " + name);
  const CodePoints set = of_categories(bits);
  return is_negated ? set.negated() : set;
}

/// What follows a backslash.
Result<CodePoints> PatternReader::read_escape(bool in_class) {
  if (at_end()) return invalid("a backslash ends the pattern");
  const char32_t c = pattern_[position_++];
  switch (c) {
    case U'd': return digits();
    case U'D': return digits().negated();
    case U'w': return word_characters();
    case U'W': return word_characters().negated();
    case U's': return spaces();
    case U'S': return spaces().negated();
    case U't': return control(U'\t');
    case U'n': return control(U'\n');
    case U'r': return control(U'\r');
    case U'f': return control(U'\f');
    case U'v': return control(U'\v');
    case U'0':
      if (peek() >= U'0' && peek() <= U'9') return unsupported("an octal escape");
      return control(0);
    case U'b':
      if (in_class) return control(U'\b');
      break;
    case U'c': {
      const char32_t letter = at_end() ? 0 : pattern_[position_++];
      const char32_t lower = letter | 0x20;
      if (lower < U'a' || lower > U'z') return invalid("a control letter is malformed");
      return control(letter & 0x1F);
    }
    case U'p': return read_property(false);
    case U'P': return read_property(true);
    case U'x': {
      TRY_ASSIGN(const char32_t value, read_hexadecimal(2));
      return control(value);
    }
    case U'u': {
      TRY_ASSIGN(const char32_t value, read_unicode_escape());
      return control(value);
    }
    case U'k': return unsupported("a back reference");
    default: break;
  }
  if (c >= U'1' && c <= U'9') return unsupported("a back reference");
  const bool is_letter = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  // Perl's and Python's anchors; ECMAScript has other meanings or none.
  if (is_letter) return unsupported("an escaped letter without a meaning");
  return CodePoints::single(c);
}

Result<CodePoints> PatternReader::read_class_atom() {
  if (take(U"\\")) return read_escape(true);
  return CodePoints::single(pattern_[position_++]);
}

/// What follows an opening bracket.
Result<CodePoints> PatternReader::read_class() {
  const bool is_negated = take(U"^");
  CodePoints all;
  while (!at_end() && peek() != U']') {
    TRY_ASSIGN(CodePoints first, read_class_atom());
    const bool is_range = peek() == U'-' && peek(1) != U']' && position_ + 1 < pattern_.size();
    if (!is_range) {
      all = all.united(first);
      continue;
    }
    ++position_;
    TRY_ASSIGN(const CodePoints last, read_class_atom());
    const auto is_single = [](const CodePoints& set) {
      return set.ranges().size() == 1 && set.ranges()[0].first == set.ranges()[0].last;
    };
    if (!is_single(first) || !is_single(last)) {  // a class beside a hyphen: it stands for itself
      all = all.united(first).united(last).united(CodePoints::single(U'-'));
      continue;
    }
    const char32_t from = first.ranges()[0].first;
    const char32_t to = last.ranges()[0].first;
    if (from > to) return invalid("a range whose ends are in disorder");
    all = all.united(CodePoints({{from, to}}));
  }
  if (!take(U"]")) return invalid("a class does not end");
  return is_negated ? all.negated() : all.intersected(CodePoints::all());
}

}  // namespace falconet
