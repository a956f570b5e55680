// What kind of character stands at a place in UTF-8 text, in one table lookup.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/unicode.h"

namespace falconet {

/// Bits of CharacterClasses: the general categories that pre-tokenizers ask for, and White_Space.
namespace character_class {
constexpr std::uint8_t kLetter = 1;
constexpr std::uint8_t kNumber = 2;
constexpr std::uint8_t kMark = 4;
constexpr std::uint8_t kPunctuation = 8;
constexpr std::uint8_t kSymbol = 16;
constexpr std::uint8_t kSpace = 32;
constexpr std::uint8_t kNewline = 64;  // CR and LF alone
}  // namespace character_class

class CharacterClasses {
 public:
  /// Reads the properties of some 200,000 characters: about a millisecond. Keep one.
  CharacterClasses();

  std::uint8_t of(char32_t code_point) const {
    return pages_[page_of_[code_point >> 8]][code_point & 0xFF];
  }

  struct Character {
    std::uint8_t classes = 0;
    std::uint8_t num_bytes = 0;  // 0: the text has ended
    char32_t code_point = 0;
    bool is(int any_of) const { return (classes & any_of) != 0; }
  };

  /// The character at `place`, which may be the end. Invalid bytes count as U+FFFD, one each.
  Character at(std::string_view text, std::size_t place) const {
    if (place >= text.size()) return {};
    const auto byte = static_cast<unsigned char>(text[place]);
    if (byte < 0x80) return {pages_[0][byte], 1, byte};
    const Utf8Character character = decode_utf8(text, place);
    return {of(character.code_point), static_cast<std::uint8_t>(character.num_bytes),
            character.code_point};
  }

 private:
  using Page = std::array<std::uint8_t, 256>;
  std::vector<Page> pages_;  // page 0: ASCII and Latin-1; equal pages are stored once
  std::array<std::uint16_t, 0x1100> page_of_{};
};

}  // namespace falconet
