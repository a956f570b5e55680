#include "base/unicode.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace falconet {
namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// Length of the sequence that a lead byte announces, 0 for a byte that cannot lead.
int sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// Whether `second` may follow `lead` (Unicode 15, table 3-7).
bool is_second_byte(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return is_continuation(second);
  }
}

/// Bytes at `position` that form a correct beginning of a character: at least 1.
std::size_t valid_prefix_length(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const auto wanted = static_cast<std::size_t>(sequence_length(byte(0)));
  const std::size_t rest = text.size() - position;
  std::size_t length = 1;
  while (length < wanted && length < rest &&
         (length == 1 ? is_second_byte(byte(0), byte(1)) : is_continuation(byte(length)))) {
    ++length;
  }
  return length;
}

std::string normalized(std::string_view text, int options) {
  bool is_ascii = true;
  for (const char c : text) is_ascii &= static_cast<unsigned char>(c) < 0x80;
  if (is_ascii) return std::string(text);
  utf8proc_uint8_t* raw = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, &std::free);
  if (length < 0) return std::string(text);
  return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

/// Whether NFC changes the character nowhere: Quick_Check=Yes and combining class 0 (UAX #15,
/// section 9). False for some rare characters that it does not change either.
bool is_surely_nfc(char32_t c) {
  // In utf8proc's table this bit marks what can be the second character of a composition.
  constexpr unsigned kCombinesBackward = 0x8000;
  constexpr unsigned kNone = 0xFFFF;
  const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
  const unsigned combines = property->comb_index;
  const bool combines_backward = combines != kNone && (combines & kCombinesBackward) != 0;
  const bool is_hangul_part = c >= 0x1160 && c <= 0x11FF;  // composed by rule, not by table
  if (property->combining_class != 0 || combines_backward || is_hangul_part) return false;
  const bool decomposes = property->decomp_seqindex != kNone && property->decomp_type == 0;
  // Outside the composed letters of these blocks, a decomposition may be for good.
  const bool is_composed_letter = c < 0x340 || (c >= 0x400 && c <= 0x4FF) ||
                                  (c >= 0x1E00 && c <= 0x1EFF) || (c >= 0x3040 && c <= 0x30FF);
  return !decomposes || is_composed_letter;
}

/// Most text passes, and is spared the slow way.
bool is_surely_nfc(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Utf8Character character = decode_utf8(text, i);
    if (!character.is_valid || !is_surely_nfc(character.code_point)) return false;
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return true;
}

utf8proc_category_t category(char32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

}  // namespace

Utf8Character decode_utf8(std::string_view text, std::size_t position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const int length = sequence_length(byte(0));
  if (length == 1) return {byte(0), 1, true};
  if (length == 0 || valid_prefix_length(text, position) < static_cast<std::size_t>(length)) {
    return {};
  }
  char32_t code_point = byte(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < static_cast<std::size_t>(length); ++i) {
    code_point = (code_point << 6) | (byte(i) & 0x3Fu);
  }
  return {code_point, length, true};
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto add = [&](char32_t value) { out += static_cast<char>(value); };
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    code_point = kReplacementCharacter;
  }
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0 | (code_point >> 6));
    add(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    add(0xE0 | (code_point >> 12));
    add(0x80 | ((code_point >> 6) & 0x3F));
    add(0x80 | (code_point & 0x3F));
  } else {
    add(0xF0 | (code_point >> 18));
    add(0x80 | ((code_point >> 12) & 0x3F));
    add(0x80 | ((code_point >> 6) & 0x3F));
    add(0x80 | (code_point & 0x3F));
  }
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Utf8Character character = decode_utf8(text, i);
    if (!character.is_valid) return false;
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    if (character.is_valid) {
      out += text.substr(i, static_cast<std::size_t>(character.num_bytes));
      i += static_cast<std::size_t>(character.num_bytes);
    } else {
      append_utf8(out, kReplacementCharacter);
      i += valid_prefix_length(text, i);
    }
  }
  return out;
}

std::size_t incomplete_utf8_suffix(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto lead = static_cast<unsigned char>(text[text.size() - back]);
    if (is_continuation(lead)) continue;
    const auto wanted = static_cast<std::size_t>(sequence_length(lead));
    const bool is_good_start = valid_prefix_length(text, text.size() - back) == back;
    return wanted > back && is_good_start ? back : 0;
  }
  return 0;
}

std::string to_nfc(std::string_view text) {
  if (is_surely_nfc(text)) return std::string(text);
  return normalized(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}
std::string to_nfd(std::string_view text) {
  return normalized(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
}
std::string to_nfkc(std::string_view text) {
  return normalized(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}
std::string to_nfkd(std::string_view text) {
  return normalized(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
}

char32_t to_lower(char32_t code_point) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}
char32_t to_upper(char32_t code_point) {
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(code_point)));
}

std::uint32_t category_bit(char32_t code_point) { return 1u << category(code_point); }

std::uint32_t category_bits(std::string_view property) {
  constexpr std::array<std::string_view, 30> kNames = {
      "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
      "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"};
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (!property.empty() && kNames[i].starts_with(property)) bits |= 1u << i;
  }
  return bits;
}

bool is_letter(char32_t code_point) {
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}
bool is_number(char32_t code_point) {
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO;
}
bool is_mark(char32_t code_point) {
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}
bool is_punctuation(char32_t code_point) {
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO;
}
bool is_symbol(char32_t code_point) {
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_SM && c <= UTF8PROC_CATEGORY_SO;
}

bool is_white_space(char32_t code_point) {
  return (code_point >= 0x09 && code_point <= 0x0D) || code_point == 0x20 || code_point == 0x85 ||
         code_point == 0xA0 || code_point == 0x1680 ||
         (code_point >= 0x2000 && code_point <= 0x200A) || code_point == 0x2028 ||
         code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
         code_point == 0x3000;
}

}  // namespace falconet
