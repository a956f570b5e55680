#include "tokenizer/regex_reader.h"

#include <algorithm>
#include <string>

#include "base/unicode.h"

namespace falconet {
namespace {

constexpr int kMaxClassDepth = 8;

bool is_ascii_alphanumeric(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<unsigned> hexadecimal_digit(char32_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

CharacterSet of_categories(std::uint32_t bits) {
  CharacterSet set;
  set.add_categories(bits);
  return set;
}

/// \s \d \w \h in either case, or nothing for another letter.
std::optional<CharacterSet> shorthand(char32_t letter) {
  CharacterSet set;
  switch (to_lower(letter)) {
    case 's': set.add_white_space(); break;
    case 'd': set = of_categories(category_bits("Nd")); break;
    case 'w':
      set = of_categories(category_bits("L") | category_bits("M") | category_bits("Nd") |
                          category_bits("Pc"));
      break;
    case 'h':
      set.add_range('0', '9');
      set.add_range('a', 'f');
      set.add_range('A', 'F');
      break;
    default: return std::nullopt;
  }
  if (letter < 'a') set.negate();
  return set;
}

/// The character that \n, \t, … stand for, or nothing.
std::optional<char32_t> control_escape(char32_t letter) {
  switch (letter) {
    case 'n': return U'\n';
    case 'r': return U'\r';
    case 't': return U'\t';
    case 'f': return U'\f';
    case 'v': return U'\v';
    case 'a': return U'\a';
    case 'e': return U'\x1B';
    default: return std::nullopt;
  }
}

}  // namespace

RegexReader::RegexReader(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size();) {
    const Utf8Character character = decode_utf8(pattern, i);
    pattern_.push_back(character.code_point);
    i += static_cast<std::size_t>(character.num_bytes);
  }
}

Error RegexReader::unsupported(std::string_view what) const {
  return error(ErrorCode::Unsupported, "regular expression: ", what, " at character ", position_);
}

bool RegexReader::take(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_same = position_ + i < pattern_.size() &&
                         pattern_[position_ + i] == static_cast<unsigned char>(text[i]);
    if (!is_same) return false;
  }
  position_ += text.size();
  return true;
}

std::optional<std::size_t> RegexReader::read_number() {
  std::optional<std::size_t> value;
  for (int i = 0; i < 5 && peek() >= '0' && peek() <= '9'; ++i) {
    value = value.value_or(0) * 10 + (next() - U'0');
  }
  return value;
}

Result<CharacterSet> RegexReader::read_escape() {
  if (at_end()) return unsupported("a final backslash");
  if (auto set = shorthand(peek())) {
    next();
    return std::move(*set);
  }
  if (take('p')) return read_property(false);
  if (take('P')) return read_property(true);
  --position_;  // the backslash again
  TRY_ASSIGN(const char32_t single, read_single());
  CharacterSet set;
  set.add(single);
  return set;
}

Result<CharacterSet> RegexReader::read_property(bool is_negated) {
  if (!take('{')) return unsupported("a property without braces");
  if (take('^')) is_negated = !is_negated;
  std::string name;
  while (!at_end() && peek() != '}') append_utf8(name, next());
  if (!take('}')) return unsupported("a property that is not closed");
  const std::uint32_t bits = category_bits(name);
  if (bits == 0) return unsupported(cat("the property ", name));
  CharacterSet set = of_categories(bits);
  if (is_negated) set.negate();
  return set;
}

Result<char32_t> RegexReader::read_hexadecimal(std::size_t max_digits) {
  const bool is_braced = take('{');
  if (is_braced) max_digits = 6;
  char32_t value = 0;
  std::size_t num_digits = 0;
  for (; num_digits < max_digits && hexadecimal_digit(peek()); ++num_digits) {
    value = value * 16 + *hexadecimal_digit(next());
  }
  const bool is_whole = num_digits > 0 && (!is_braced || take('}'));
  if (!is_whole || value > 0x10FFFF) return unsupported("this code point");
  return value;
}

Result<char32_t> RegexReader::read_single() {
  if (!take('\\')) return next();
  if (at_end()) return unsupported("a final backslash");
  const char32_t c = next();
  if (c == 'x' || c == 'u') return read_hexadecimal(c == 'x' ? 2 : 4);
  if (const auto control = control_escape(c)) return *control;
  if (is_ascii_alphanumeric(c)) return unsupported("this escape");
  return c;
}

Result<CharacterSet> RegexReader::read_class(int depth) {
  if (depth > kMaxClassDepth) return unsupported("classes nested too deeply");
  const bool is_negated = take('^');
  TRY_ASSIGN(CharacterSet set, read_class_members(depth));
  while (take("&&")) {
    TRY_ASSIGN(const CharacterSet other, read_class_members(depth));
    set.intersect(other);
  }
  if (!take(']')) return unsupported("a class that is not closed");
  if (is_negated) set.negate();
  return set;
}

/// Up to the closing bracket or to "&&".
Result<CharacterSet> RegexReader::read_class_members(int depth) {
  CharacterSet set;
  bool is_first = true;
  for (; !at_end() && (peek() != ']' || is_first); is_first = false) {
    if (peek() == '&' && peek(1) == '&') break;
    if (peek() == '[' && peek(1) == ':') return unsupported("a POSIX class");
    if (take('[')) {
      TRY_ASSIGN(const CharacterSet inner, read_class(depth + 1));
      set.add_set(inner);
      continue;
    }
    const char32_t escaped = peek() == '\\' ? peek(1) : 0;
    if (shorthand(escaped) || escaped == 'p' || escaped == 'P') {
      next();
      TRY_ASSIGN(const CharacterSet inner, read_escape());
      set.add_set(inner);
      continue;
    }
    TRY_ASSIGN(const char32_t first, read_single());
    char32_t last = first;
    if (peek() == '-' && peek(1) != ']' && peek(1) != 0) {
      next();
      TRY_ASSIGN(last, read_single());
    }
    if (last < first) return unsupported("this range");
    set.add_range(first, last);
  }
  return set;
}

}  // namespace falconet
