#include "tokenizer/added_tokens.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {
namespace {

std::size_t pair_at(std::string_view text, std::size_t place) {
  const auto first = static_cast<unsigned char>(text[place]);
  const auto second = static_cast<unsigned char>(text[place + 1]);
  return static_cast<std::size_t>(first) << 8 | second;
}

/// Start of the character that ends at `end`.
std::size_t previous_start(std::string_view text, std::size_t end) {
  std::size_t start = end - 1;
  while (start > 0 && end - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) {
    --start;
  }
  return start;
}

bool is_word_character(char32_t c) {
  constexpr char32_t kJoiners[] = {U'\u200C', U'\u200D'};
  const std::uint32_t word = category_bits("L") | category_bits("M") | category_bits("Nd") |
                             category_bits("Nl") | category_bits("Pc");
  return (category_bit(c) & word) != 0 || c == kJoiners[0] || c == kJoiners[1];
}

bool stands_alone(std::string_view text, TextSpan span) {
  const bool follows_word =
      span.begin > 0 &&
      is_word_character(decode_utf8(text, previous_start(text, span.begin)).code_point);
  const bool precedes_word =
      span.end < text.size() && is_word_character(decode_utf8(text, span.end).code_point);
  return !follows_word && !precedes_word;
}

TextSpan with_stripped_space(const AddedToken& token, std::string_view text, TextSpan span,
                             std::size_t from) {
  while (token.strips_left && span.begin > from) {
    const std::size_t start = previous_start(text, span.begin);
    if (start < from || !is_white_space(decode_utf8(text, start).code_point)) break;
    span.begin = start;
  }
  while (token.strips_right && span.end < text.size()) {
    const Utf8Character character = decode_utf8(text, span.end);
    if (!is_white_space(character.code_point)) break;
    span.end += static_cast<std::size_t>(character.num_bytes);
  }
  return span;
}

}  // namespace

void TokenFinder::add(AddedToken token) {
  if (token.text.empty()) return;
  const auto first = static_cast<unsigned char>(token.text[0]);
  first_bytes_.set(first);
  if (token.text.size() == 1) {
    for (std::size_t second = 0; second < 256; ++second) first_two_bytes_.set(first << 8 | second);
  } else {
    first_two_bytes_.set(pair_at(token.text, 0));
  }
  const auto place =
      std::lower_bound(sizes_.begin(), sizes_.end(), token.text.size(), std::greater<>());
  if (place == sizes_.end() || *place != token.text.size()) {
    sizes_.insert(place, token.text.size());
  }
  std::string text = token.text;
  by_text_.insert_or_assign(std::move(text), std::move(token));
}

const AddedToken* TokenFinder::longest_at(std::string_view text, std::size_t place,
                                          ParseSpecial parse) const {
  const std::string_view rest = text.substr(place);
  for (const std::size_t size : sizes_) {
    if (size > rest.size()) continue;
    const auto found = by_text_.find(rest.substr(0, size));
    if (found == by_text_.end()) continue;
    if (!found->second.is_special || parse == ParseSpecial::Yes) return &found->second;
  }
  return nullptr;
}

std::optional<TokenFinder::Hit> TokenFinder::find(std::string_view text, std::size_t from,
                                                  ParseSpecial parse) const {
  if (is_empty()) return std::nullopt;
  for (std::size_t place = from; place < text.size(); ++place) {
    if (!first_bytes_[static_cast<unsigned char>(text[place])]) continue;
    if (place + 1 < text.size() && !first_two_bytes_[pair_at(text, place)]) continue;
    const AddedToken* token = longest_at(text, place, parse);
    if (token == nullptr) continue;
    const TextSpan span{place, place + token->text.size()};
    if (token->is_single_word && !stands_alone(text, span)) {
      place = span.end - 1;  // as the reference does: what a token has covered is not searched
      continue;
    }
    return Hit{with_stripped_space(*token, text, span, from), token->id};
  }
  return std::nullopt;
}

}  // namespace falconet
