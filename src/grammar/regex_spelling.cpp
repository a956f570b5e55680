// How characters become bytes: UTF-8, and JSON strings in which each character has one spelling.
//
// Utf8 and Quoted carry in `x` and `y` how far the bytes of a character have been read:
//   x = 0                 before a character
//   Skip    | left | min  the character is decided; `left` bytes to come, the first in min..y
//   Partial | left        y is the smallest code point with the bytes read
//   Escape  | stage       after a backslash: 0 its letter, 1-3 the digits of \u00, 1 or 0, last
#include <algorithm>

#include "grammar/regex_pool.h"

namespace falconet {
namespace {

constexpr std::uint32_t kSkip = 1u << 24;
constexpr std::uint32_t kPartial = 2u << 24;
constexpr std::uint32_t kEscape = 3u << 24;
constexpr std::uint32_t kPhaseBits = 0xFFu << 24;

constexpr std::uint32_t kLastStageZero = 4;  // "\u000" read
constexpr std::uint32_t kLastStageOne = 5;   // "\u001" read

constexpr std::string_view kShortEscapes = "\"\\bfnrt";
constexpr std::string_view kShortEscaped = "\"\\\b\f\n\r\t";

int hexadecimal_digit(std::uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  return -1;
}

bool has_long_escape(char32_t c) {
  return c < 0x20 && kShortEscaped.find(static_cast<char>(c)) == std::string_view::npos;
}

/// The scalar values whose UTF-8 begins like `base` and has `num_left` bytes to come.
CodePointRange scalars_from(char32_t base, int num_left) {
  const char32_t first_of_length[] = {0, 0x80, 0x800, 0x10000};
  char32_t first = base;
  char32_t last = base + (char32_t{1} << (6 * num_left)) - 1;
  // Only a lead byte stands for so many; the overlong spellings below are not UTF-8.
  if (base == 0) first = first_of_length[num_left];
  if (first >= 0xD800 && first <= 0xDFFF) first = 0xE000;
  if (last >= 0xD800 && last <= 0xDFFF) last = 0xD7FF;
  return {first, std::min(last, kMaxCodePoint)};
}

}  // namespace

RegexId RegexPool::derive_spelling(const Key& key, std::uint8_t byte) {
  const std::uint32_t phase = key.x & kPhaseBits;
  if (phase == 0) return derive_at_boundary(key, byte);
  if (phase == kEscape) return derive_escape(key, byte);
  const int num_left = static_cast<int>((key.x >> 8) & 0xFF);
  if (phase == kSkip) {
    if (byte < (key.x & 0xFF) || byte > key.y) return kNothing;
    if (num_left == 1) return intern({key.kind, key.a});
    const auto left = static_cast<std::uint32_t>(num_left - 1);
    return intern({key.kind, key.a, 0, kSkip | (left << 8) | 0x80, 0xBF});
  }
  if (byte < 0x80 || byte > 0xBF) return kNothing;
  const char32_t base = key.y + ((byte & 0x3Fu) << (6 * (num_left - 1)));
  // Below it, the lead byte would have been a shorter one: an overlong spelling.
  constexpr char32_t kLeast[] = {0x80, 0x800, 0x10000};
  if (base < kLeast[num_left - 1]) return kNothing;
  return partial(key, base, num_left - 1);
}

RegexId RegexPool::derive_at_boundary(const Key& key, std::uint8_t byte) {
  const bool is_quoted = key.kind == Kind::Quoted;
  if (is_quoted && byte == '"') return is_nullable(RegexId{key.a}) ? kEmptyText : kNothing;
  if (is_quoted && byte == '\\') return escape(key, 0);
  if (is_quoted && byte < 0x20) return kNothing;
  if (byte < 0x80) return spelled(key, byte);
  if (byte < 0xC2 || byte > 0xF4) return kNothing;
  if (byte < 0xE0) return partial(key, (byte & 0x1Fu) << 6, 1);
  if (byte < 0xF0) return partial(key, (byte & 0x0Fu) << 12, 2);
  return partial(key, (byte & 0x07u) << 18, 3);
}

/// The spelling of what may follow `character`.
RegexId RegexPool::spelled(const Key& key, char32_t character) {
  const RegexId rest = after(RegexId{key.a}, character);
  return rest == kNothing ? kNothing : intern({key.kind, rest.value});
}

/// After some bytes of a character. If all characters that it can still become lead to the same
/// rest, only their number of bytes matters.
RegexId RegexPool::partial(const Key& key, char32_t base, int num_left) {
  const CodePointRange range = scalars_from(base, num_left);
  if (range.first > range.last) return kNothing;
  if (num_left == 0) return spelled(key, range.first);
  const RegexId characters{key.a};
  const RegexId first_rest = after(characters, range.first);
  bool are_equal = true;
  bool any_lives = first_rest != kNothing;
  for (const CodePointRange& part :
       characters == kAnyText ? std::vector<CodePointRange>() : classes(characters)) {
    if (part.last < range.first || part.first > range.last) continue;
    const RegexId rest = after(characters, std::max(part.first, range.first));
    are_equal &= rest == first_rest;
    any_lives |= rest != kNothing;
  }
  if (!any_lives) return kNothing;
  const auto left = static_cast<std::uint32_t>(num_left) << 8;
  if (!are_equal) return intern({key.kind, key.a, 0, kPartial | left, base});
  const int shift = 6 * (num_left - 1);
  const std::uint32_t min = 0x80 + ((range.first - base) >> shift);
  const std::uint32_t max = 0x80 + ((range.last - base) >> shift);
  return intern({key.kind, first_rest.value, 0, kSkip | left | min, max});
}

bool RegexPool::any_escape_lives(RegexId characters, std::uint32_t stage) {
  if (characters == kAnyText) return true;
  for (char32_t c = 0; c < 0x20; ++c) {
    const bool is_short = !has_long_escape(c);
    if (is_short && stage != 0) continue;
    if (stage >= kLastStageZero && (c >= 0x10) != (stage == kLastStageOne)) continue;
    if (after(characters, c) != kNothing) return true;
  }
  return stage == 0 &&
         (after(characters, U'"') != kNothing || after(characters, U'\\') != kNothing);
}

RegexId RegexPool::escape(const Key& key, std::uint32_t stage) {
  if (!any_escape_lives(RegexId{key.a}, stage)) return kNothing;
  return intern({key.kind, key.a, 0, kEscape | stage});
}

RegexId RegexPool::derive_escape(const Key& key, std::uint8_t byte) {
  const std::uint32_t stage = key.x & ~kPhaseBits;
  if (stage == 0) {
    const std::size_t place = kShortEscapes.find(static_cast<char>(byte));
    if (place != std::string_view::npos) {
      return spelled(key, static_cast<unsigned char>(kShortEscaped[place]));
    }
    return byte == 'u' ? escape(key, 1) : kNothing;
  }
  if (stage < 3) return byte == '0' ? escape(key, stage + 1) : kNothing;
  if (stage == 3) {
    if (byte == '0') return escape(key, kLastStageZero);
    return byte == '1' ? escape(key, kLastStageOne) : kNothing;
  }
  const int digit = hexadecimal_digit(byte);
  if (digit < 0) return kNothing;
  const char32_t c = (stage == kLastStageOne ? 0x10u : 0u) + static_cast<char32_t>(digit);
  return has_long_escape(c) ? spelled(key, c) : kNothing;
}

RegexId RegexPool::after_decided_character(RegexId id) {
  const Key key = node(id).key;
  const bool is_followed = key.kind == Kind::Concat;
  const Key first = is_followed ? node(RegexId{key.a}).key : key;
  const bool is_spelling = first.kind == Kind::Quoted || first.kind == Kind::Utf8;
  if (!is_spelling || (first.x & kPhaseBits) != kSkip) return kNothing;
  const RegexId after = intern({first.kind, first.a});
  return is_followed ? concat(after, RegexId{key.b}) : after;
}

RegexId RegexPool::utf8(RegexId characters) {
  if (characters == kEmptyText) return kEmptyText;
  return is_live(characters) ? intern({Kind::Utf8, characters.value}) : kNothing;
}

RegexId RegexPool::quoted(RegexId characters) {
  return is_live(characters) ? intern({Kind::Quoted, characters.value}) : kNothing;
}

}  // namespace falconet
