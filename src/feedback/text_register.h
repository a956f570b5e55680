// How a text speaks: as people talk, as they write letters, or as books and offices do.
#pragma once

#include <optional>
#include <string_view>

namespace falconet {

enum class TextRegister {
  Neutral,     // none of the others is clear
  Colloquial,  // as friends talk: contractions, particles, slang
  Formal,      // polite to somebody: letters, requests, honorifics
  Bookish,     // connectives and constructions that are written and hardly said
};

/// By words alone, in English and simplified Chinese: the register whose words are the most, and at
/// least one for each 120 letters or 40 Chinese characters; ties and short of that are Neutral. Of
/// a long text the first 2,000 bytes count.
TextRegister text_register(std::string_view text);

/// "neutral", "colloquial", "formal", "bookish".
std::string_view text_register_name(TextRegister value);
std::optional<TextRegister> text_register_of(std::string_view name);

}  // namespace falconet
