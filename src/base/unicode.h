// UTF-8 and the Unicode properties that tokenizers and parsers ask for (utf8proc behind it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace falconet {

constexpr char32_t kReplacementCharacter = U'\uFFFD';

/// One decoded character. Invalid bytes decode to U+FFFD, one byte at a time.
struct Utf8Character {
  char32_t code_point = kReplacementCharacter;
  int num_bytes = 1;
  bool is_valid = false;
};

/// The character that starts at `position`, which must be inside the text.
Utf8Character decode_utf8(std::string_view text, std::size_t position);

void append_utf8(std::string& out, char32_t code_point);

bool is_valid_utf8(std::string_view text);

/// Invalid bytes replaced by U+FFFD, one for each maximal invalid run as WHATWG's decoder does.
std::string to_valid_utf8(std::string_view text);

/// Bytes at the end of the text that begin a character and could be completed by more bytes: 0–3.
std::size_t incomplete_utf8_suffix(std::string_view text);

/// Normalization forms of UAX #15; text that is not valid UTF-8 is returned unchanged.
std::string to_nfc(std::string_view text);
std::string to_nfd(std::string_view text);
std::string to_nfkc(std::string_view text);
std::string to_nfkd(std::string_view text);

char32_t to_lower(char32_t code_point);
char32_t to_upper(char32_t code_point);

/// The general category as one bit, and the bits that a property name stands for: "Lu" one, "L" all
/// whose name begins with it. An unknown name has no bits.
std::uint32_t category_bit(char32_t code_point);
std::uint32_t category_bits(std::string_view property);

/// General categories L*, N*, M*, P*, S*, and the property White_Space.
bool is_letter(char32_t code_point);
bool is_number(char32_t code_point);
bool is_mark(char32_t code_point);
bool is_punctuation(char32_t code_point);
bool is_symbol(char32_t code_point);
bool is_white_space(char32_t code_point);

}  // namespace falconet
