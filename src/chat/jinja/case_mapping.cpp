#include <algorithm>
#include <iterator>

#include "base/unicode.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

struct SpecialCase {
  char32_t code_point;
  std::u32string_view upper;
  std::u32string_view title;
};

// Characters whose upper or title case is several characters, or whose title case is not their
// upper case (Unicode 14, SpecialCasing.txt and UnicodeData.txt). In ascending order.
constexpr SpecialCase kSpecialCases[] = {
    // clang-format off
    {0x00df, U"SS", U"Ss"},
    {0x0149, U"\u02bcN", U"\u02bcN"},
    {0x01c4, U"\u01c4", U"\u01c5"},
    {0x01c5, U"\u01c4", U"\u01c5"},
    {0x01c6, U"\u01c4", U"\u01c5"},
    {0x01c7, U"\u01c7", U"\u01c8"},
    {0x01c8, U"\u01c7", U"\u01c8"},
    {0x01c9, U"\u01c7", U"\u01c8"},
    {0x01ca, U"\u01ca", U"\u01cb"},
    {0x01cb, U"\u01ca", U"\u01cb"},
    {0x01cc, U"\u01ca", U"\u01cb"},
    {0x01f0, U"J\u030c", U"J\u030c"},
    {0x01f1, U"\u01f1", U"\u01f2"},
    {0x01f2, U"\u01f1", U"\u01f2"},
    {0x01f3, U"\u01f1", U"\u01f2"},
    {0x0390, U"\u0399\u0308\u0301", U"\u0399\u0308\u0301"},
    {0x03b0, U"\u03a5\u0308\u0301", U"\u03a5\u0308\u0301"},
    {0x0587, U"\u0535\u0552", U"\u0535\u0582"},
    {0x1e96, U"H\u0331", U"H\u0331"},
    {0x1e97, U"T\u0308", U"T\u0308"},
    {0x1e98, U"W\u030a", U"W\u030a"},
    {0x1e99, U"Y\u030a", U"Y\u030a"},
    {0x1e9a, U"A\u02be", U"A\u02be"},
    {0x1f50, U"\u03a5\u0313", U"\u03a5\u0313"},
    {0x1f52, U"\u03a5\u0313\u0300", U"\u03a5\u0313\u0300"},
    {0x1f54, U"\u03a5\u0313\u0301", U"\u03a5\u0313\u0301"},
    {0x1f56, U"\u03a5\u0313\u0342", U"\u03a5\u0313\u0342"},
    {0x1f80, U"\u1f08\u0399", U"\u1f88"},
    {0x1f81, U"\u1f09\u0399", U"\u1f89"},
    {0x1f82, U"\u1f0a\u0399", U"\u1f8a"},
    {0x1f83, U"\u1f0b\u0399", U"\u1f8b"},
    {0x1f84, U"\u1f0c\u0399", U"\u1f8c"},
    {0x1f85, U"\u1f0d\u0399", U"\u1f8d"},
    {0x1f86, U"\u1f0e\u0399", U"\u1f8e"},
    {0x1f87, U"\u1f0f\u0399", U"\u1f8f"},
    {0x1f88, U"\u1f08\u0399", U"\u1f88"},
    {0x1f89, U"\u1f09\u0399", U"\u1f89"},
    {0x1f8a, U"\u1f0a\u0399", U"\u1f8a"},
    {0x1f8b, U"\u1f0b\u0399", U"\u1f8b"},
    {0x1f8c, U"\u1f0c\u0399", U"\u1f8c"},
    {0x1f8d, U"\u1f0d\u0399", U"\u1f8d"},
    {0x1f8e, U"\u1f0e\u0399", U"\u1f8e"},
    {0x1f8f, U"\u1f0f\u0399", U"\u1f8f"},
    {0x1f90, U"\u1f28\u0399", U"\u1f98"},
    {0x1f91, U"\u1f29\u0399", U"\u1f99"},
    {0x1f92, U"\u1f2a\u0399", U"\u1f9a"},
    {0x1f93, U"\u1f2b\u0399", U"\u1f9b"},
    {0x1f94, U"\u1f2c\u0399", U"\u1f9c"},
    {0x1f95, U"\u1f2d\u0399", U"\u1f9d"},
    {0x1f96, U"\u1f2e\u0399", U"\u1f9e"},
    {0x1f97, U"\u1f2f\u0399", U"\u1f9f"},
    {0x1f98, U"\u1f28\u0399", U"\u1f98"},
    {0x1f99, U"\u1f29\u0399", U"\u1f99"},
    {0x1f9a, U"\u1f2a\u0399", U"\u1f9a"},
    {0x1f9b, U"\u1f2b\u0399", U"\u1f9b"},
    {0x1f9c, U"\u1f2c\u0399", U"\u1f9c"},
    {0x1f9d, U"\u1f2d\u0399", U"\u1f9d"},
    {0x1f9e, U"\u1f2e\u0399", U"\u1f9e"},
    {0x1f9f, U"\u1f2f\u0399", U"\u1f9f"},
    {0x1fa0, U"\u1f68\u0399", U"\u1fa8"},
    {0x1fa1, U"\u1f69\u0399", U"\u1fa9"},
    {0x1fa2, U"\u1f6a\u0399", U"\u1faa"},
    {0x1fa3, U"\u1f6b\u0399", U"\u1fab"},
    {0x1fa4, U"\u1f6c\u0399", U"\u1fac"},
    {0x1fa5, U"\u1f6d\u0399", U"\u1fad"},
    {0x1fa6, U"\u1f6e\u0399", U"\u1fae"},
    {0x1fa7, U"\u1f6f\u0399", U"\u1faf"},
    {0x1fa8, U"\u1f68\u0399", U"\u1fa8"},
    {0x1fa9, U"\u1f69\u0399", U"\u1fa9"},
    {0x1faa, U"\u1f6a\u0399", U"\u1faa"},
    {0x1fab, U"\u1f6b\u0399", U"\u1fab"},
    {0x1fac, U"\u1f6c\u0399", U"\u1fac"},
    {0x1fad, U"\u1f6d\u0399", U"\u1fad"},
    {0x1fae, U"\u1f6e\u0399", U"\u1fae"},
    {0x1faf, U"\u1f6f\u0399", U"\u1faf"},
    {0x1fb2, U"\u1fba\u0399", U"\u1fba\u0345"},
    {0x1fb3, U"\u0391\u0399", U"\u1fbc"},
    {0x1fb4, U"\u0386\u0399", U"\u0386\u0345"},
    {0x1fb6, U"\u0391\u0342", U"\u0391\u0342"},
    {0x1fb7, U"\u0391\u0342\u0399", U"\u0391\u0342\u0345"},
    {0x1fbc, U"\u0391\u0399", U"\u1fbc"},
    {0x1fc2, U"\u1fca\u0399", U"\u1fca\u0345"},
    {0x1fc3, U"\u0397\u0399", U"\u1fcc"},
    {0x1fc4, U"\u0389\u0399", U"\u0389\u0345"},
    {0x1fc6, U"\u0397\u0342", U"\u0397\u0342"},
    {0x1fc7, U"\u0397\u0342\u0399", U"\u0397\u0342\u0345"},
    {0x1fcc, U"\u0397\u0399", U"\u1fcc"},
    {0x1fd2, U"\u0399\u0308\u0300", U"\u0399\u0308\u0300"},
    {0x1fd3, U"\u0399\u0308\u0301", U"\u0399\u0308\u0301"},
    {0x1fd6, U"\u0399\u0342", U"\u0399\u0342"},
    {0x1fd7, U"\u0399\u0308\u0342", U"\u0399\u0308\u0342"},
    {0x1fe2, U"\u03a5\u0308\u0300", U"\u03a5\u0308\u0300"},
    {0x1fe3, U"\u03a5\u0308\u0301", U"\u03a5\u0308\u0301"},
    {0x1fe4, U"\u03a1\u0313", U"\u03a1\u0313"},
    {0x1fe6, U"\u03a5\u0342", U"\u03a5\u0342"},
    {0x1fe7, U"\u03a5\u0308\u0342", U"\u03a5\u0308\u0342"},
    {0x1ff2, U"\u1ffa\u0399", U"\u1ffa\u0345"},
    {0x1ff3, U"\u03a9\u0399", U"\u1ffc"},
    {0x1ff4, U"\u038f\u0399", U"\u038f\u0345"},
    {0x1ff6, U"\u03a9\u0342", U"\u03a9\u0342"},
    {0x1ff7, U"\u03a9\u0342\u0399", U"\u03a9\u0342\u0345"},
    {0x1ffc, U"\u03a9\u0399", U"\u1ffc"},
    {0xfb00, U"FF", U"Ff"},
    {0xfb01, U"FI", U"Fi"},
    {0xfb02, U"FL", U"Fl"},
    {0xfb03, U"FFI", U"Ffi"},
    {0xfb04, U"FFL", U"Ffl"},
    {0xfb05, U"ST", U"St"},
    {0xfb06, U"ST", U"St"},
    {0xfb13, U"\u0544\u0546", U"\u0544\u0576"},
    {0xfb14, U"\u0544\u0535", U"\u0544\u0565"},
    {0xfb15, U"\u0544\u053b", U"\u0544\u056b"},
    {0xfb16, U"\u054e\u0546", U"\u054e\u0576"},
    {0xfb17, U"\u0544\u053d", U"\u0544\u056d"},
    // clang-format on
};

constexpr char32_t kCapitalSigma = 0x3a3, kFinalSigma = 0x3c2;
constexpr char32_t kCapitalIWithDot = 0x130, kDotAbove = 0x307;

const SpecialCase* find_special_case(char32_t c) {
  const auto found = std::lower_bound(std::begin(kSpecialCases), std::end(kSpecialCases), c,
                                      [](const SpecialCase& special, char32_t code_point) {
                                        return special.code_point < code_point;
                                      });
  return found != std::end(kSpecialCases) && found->code_point == c ? found : nullptr;
}

bool is_upper_character(char32_t c) { return to_lower(c) != c; }
bool is_lower_character(char32_t c) {
  // Letters such as ß have no upper case of one character.
  const SpecialCase* special = find_special_case(c);
  return (to_upper(c) != c || special) && !is_upper_character(c);
}
bool is_cased(char32_t c) { return is_upper_character(c) || is_lower_character(c); }

// Georgian letters have capitals, but titles do not use them.
bool is_georgian(char32_t c) { return c >= 0x10d0 && c <= 0x10ff; }

void append(std::string& out, std::u32string_view characters) {
  for (const char32_t c : characters) append_utf8(out, c);
}

void append_upper(std::string& out, char32_t c) {
  const SpecialCase* special = find_special_case(c);
  special ? append(out, special->upper) : append_utf8(out, to_upper(c));
}

void append_title(std::string& out, char32_t c) {
  const SpecialCase* special = find_special_case(c);
  if (special) return append(out, special->title);
  append_utf8(out, is_georgian(c) ? c : to_upper(c));
}

// A capital sigma becomes the final form behind a letter and not before one.
bool is_final_sigma(const std::u32string& text, std::size_t i) {
  const auto is_ignorable = [](char32_t c) {
    return is_mark(c) || c == '\'' || c == '.' || c == ':' || c == 0xad || c == 0x2019;
  };
  std::size_t before = i, after = i + 1;
  while (before > 0 && is_ignorable(text[before - 1])) --before;
  while (after < text.size() && is_ignorable(text[after])) ++after;
  return before > 0 && is_cased(text[before - 1]) &&
         (after == text.size() || !is_cased(text[after]));
}

void append_lower(std::string& out, const std::u32string& text, std::size_t i) {
  const char32_t c = text[i];
  if (c == kCapitalIWithDot) {
    append_utf8(out, 'i');
    append_utf8(out, kDotAbove);
  } else if (c == kCapitalSigma && is_final_sigma(text, i)) {
    append_utf8(out, kFinalSigma);
  } else {
    append_utf8(out, to_lower(c));
  }
}

std::u32string decoded(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character c = decode_utf8(text, i);
    out += c.code_point;
    i += static_cast<std::size_t>(c.num_bytes);
  }
  return out;
}

}  // namespace

std::string upper(std::string_view text) {
  std::string out;
  for (const char32_t c : decoded(text)) append_upper(out, c);
  return out;
}

std::string lower(std::string_view text) {
  std::string out;
  const std::u32string characters = decoded(text);
  for (std::size_t i = 0; i < characters.size(); ++i) append_lower(out, characters, i);
  return out;
}

std::string capitalize(std::string_view text) {
  std::string out;
  const std::u32string characters = decoded(text);
  for (std::size_t i = 0; i < characters.size(); ++i) {
    i == 0 ? append_title(out, characters[0]) : append_lower(out, characters, i);
  }
  return out;
}

std::string title(std::string_view text) {
  std::string out;
  const std::u32string characters = decoded(text);
  bool is_in_word = false;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    is_in_word ? append_lower(out, characters, i) : append_title(out, characters[i]);
    is_in_word = is_cased(characters[i]);
  }
  return out;
}

std::string swap_case(std::string_view text) {
  std::string out;
  const std::u32string characters = decoded(text);
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char32_t c = characters[i];
    is_upper_character(c) ? append_lower(out, characters, i) : append_upper(out, c);
  }
  return out;
}

bool is_upper(std::string_view text) {
  const std::u32string characters = decoded(text);
  return std::any_of(characters.begin(), characters.end(), is_upper_character) &&
         std::none_of(characters.begin(), characters.end(), is_lower_character);
}

bool is_lower(std::string_view text) {
  const std::u32string characters = decoded(text);
  return std::any_of(characters.begin(), characters.end(), is_lower_character) &&
         std::none_of(characters.begin(), characters.end(), is_upper_character);
}

bool is_title(std::string_view text) {
  bool is_in_word = false, has_cased = false;
  for (const char32_t c : decoded(text)) {
    if (is_upper_character(c) && is_in_word) return false;
    if (is_lower_character(c) && !is_in_word) return false;
    is_in_word = is_cased(c);
    has_cased = has_cased || is_in_word;
  }
  return has_cased;
}

}  // namespace falconet::jinja
