// A text as the rules for personal data read it: characters, full-width forms folded, with the way
// back to bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/pii_redaction.h"

namespace falconet {

/// A rule's find: characters [begin, end).
struct PiiRange {
  PersonalData kind = PersonalData::Secret;
  std::size_t begin = 0;
  std::size_t end = 0;
};

class PiiText {
 public:
  explicit PiiText(std::string_view text);

  std::size_t size() const { return characters_.size(); }
  /// 0 beyond the end.
  char32_t at(std::size_t i) const { return i < characters_.size() ? characters_[i] : 0; }
  /// 0 at the beginning.
  char32_t before(std::size_t i) const { return i == 0 ? 0 : at(i - 1); }
  std::uint32_t byte_of(std::size_t i) const { return offsets_[i]; }  // i <= size()
  bool has_ideographs() const { return has_ideographs_; }

  /// Whether `word`, in lower case, stands at i in any case.
  bool has_at(std::size_t i, std::u32string_view word) const;
  /// Whether it ends just before i.
  bool has_before(std::size_t i, std::u32string_view word) const;
  /// The end of the characters from `begin` on that `fits`, at most `most` of them.
  template <class Fits>
  std::size_t end_of(std::size_t begin, std::size_t most, const Fits& fits) const {
    std::size_t end = begin;
    while (end < size() && end - begin < most && fits(characters_[end])) ++end;
    return end;
  }
  /// Backwards: the beginning of those before `end`.
  template <class Fits>
  std::size_t begin_of(std::size_t end, std::size_t most, const Fits& fits) const {
    std::size_t begin = end;
    while (begin > 0 && end - begin < most && fits(characters_[begin - 1])) --begin;
    return begin;
  }

 private:
  std::u32string characters_;
  std::vector<std::uint32_t> offsets_;  // [size() + 1]
  bool has_ideographs_ = false;
};

constexpr bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
constexpr bool is_ascii_letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}
constexpr bool is_ascii_word(char32_t c) {
  return is_ascii_digit(c) || is_ascii_letter(c) || c == U'_';
}
/// Han characters of everyday use.
constexpr bool is_han(char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; }

/// The rules. Each looks at a bounded number of characters around what it is triggered by, so that
/// the time is linear, and adds what it finds.
void find_secrets(const PiiText& text, std::vector<PiiRange>& out);
void find_links_and_emails(const PiiText& text, std::vector<PiiRange>& out);
void find_numbers(const PiiText& text, std::vector<PiiRange>& out);
void find_ip_addresses(const PiiText& text, std::vector<PiiRange>& out);
void find_postal_addresses(const PiiText& text, std::vector<PiiRange>& out);

}  // namespace falconet
