#include "tokenizer/byte_alphabet.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "base/unicode.h"

namespace falconet {
namespace {

// Printable bytes of Latin-1 stand for themselves; the 68 others follow from U+0100 on, in order
// (bytes_to_unicode of OpenAI's GPT-2 encoder).
constexpr char32_t kFirstStandIn = 0x100;
constexpr std::size_t kAlphabetEnd = kFirstStandIn + 68;

constexpr bool is_printable(char32_t byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr std::array<char32_t, 256> character_of_byte() {
  std::array<char32_t, 256> alphabet{};
  char32_t next = kFirstStandIn;
  for (char32_t byte = 0; byte < 256; ++byte) alphabet[byte] = is_printable(byte) ? byte : next++;
  return alphabet;
}

constexpr std::array<std::int16_t, kAlphabetEnd> byte_of_character() {
  std::array<std::int16_t, kAlphabetEnd> bytes{};
  for (auto& byte : bytes) byte = -1;
  constexpr auto kCharacters = character_of_byte();
  for (std::size_t byte = 0; byte < 256; ++byte) {
    bytes[kCharacters[byte]] = static_cast<std::int16_t>(byte);
  }
  return bytes;
}

constexpr auto kCharacterOfByte = character_of_byte();
constexpr auto kByteOfCharacter = byte_of_character();

}  // namespace

bool append_spelled_bytes(std::string_view spelling, std::string& out) {
  const std::size_t size_before = out.size();
  const auto byte_at = [&](std::size_t i) { return static_cast<unsigned char>(spelling[i]); };
  for (std::size_t i = 0; i < spelling.size();) {
    // The alphabet has characters of one and two bytes only: files are read faster so.
    char32_t character = byte_at(i++);
    const bool has_second =
        character >= 0xC2 && character < 0xE0 && i < spelling.size() && (byte_at(i) & 0xC0) == 0x80;
    if (has_second) character = (character & 0x1F) << 6 | (byte_at(i++) & 0x3Fu);
    const bool is_character = character < 0x80 || has_second;
    if (!is_character || character >= kAlphabetEnd || kByteOfCharacter[character] < 0) {
      out.resize(size_before);
      return false;
    }
    out += static_cast<char>(kByteOfCharacter[character]);
  }
  return true;
}

std::string byte_spelling(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes)
    append_utf8(out, kCharacterOfByte[static_cast<unsigned char>(byte)]);
  return out;
}

std::optional<unsigned char> fallback_byte(std::string_view spelling) {
  const bool has_form = spelling.size() == 6 && spelling.starts_with("<0x") && spelling[5] == '>';
  if (!has_form) return std::nullopt;
  unsigned value = 0;
  const auto result = std::from_chars(spelling.data() + 3, spelling.data() + 5, value, 16);
  if (result.ptr != spelling.data() + 5) return std::nullopt;
  return static_cast<unsigned char>(value);
}

}  // namespace falconet
