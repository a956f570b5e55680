#include "grammar/forced_tokens.h"

#include <algorithm>
#include <string>

namespace falconet {
namespace {

// Text before the last token that its spelling may depend on: pre-tokenizers split at words and
// runs of space, and a split inside of what is shown here was made before it.
constexpr std::size_t kContextBytes = 64;

// A step's worth of text. What is beyond is forced again after the next token.
constexpr std::size_t kMaxForcedBytes = 1024;

struct Spelled {
  std::vector<TokenId> tokens;
  std::vector<std::size_t> ends;  // in the text
};

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// `text` from `from` on in tokens, one of which begins at `begin`; nothing if they do not spell
/// it.
Spelled spell(const TokenVocabulary& vocabulary, std::string_view text, std::size_t from,
              std::size_t begin) {
  Spelled spelled;
  std::size_t at = from;
  for (const TokenId token : vocabulary.encode(text.substr(from))) {
    const std::string_view bytes = vocabulary.bytes(token);
    if (bytes.empty() || !text.substr(at).starts_with(bytes)) return {};
    if (at < begin && at + bytes.size() > begin) return {};
    at += bytes.size();
    if (at <= begin) continue;
    spelled.tokens.push_back(token);
    spelled.ends.push_back(at);
  }
  if (at != text.size()) return {};
  return spelled;
}

/// Where the first token may begin that reaches beyond the text.
std::size_t first_open_place(const TokenVocabulary& vocabulary, std::string_view text,
                             std::size_t begin, const std::bitset<256>& next) {
  const std::size_t most = std::min(vocabulary.max_token_bytes(), text.size() - begin);
  for (std::size_t at = text.size() - most; at < text.size(); ++at) {
    if (vocabulary.all().has_longer(text.substr(at), next)) return at;
  }
  return text.size();
}

}  // namespace

std::vector<TokenId> forced_tokens(GrammarMatcher& matcher, const TokenVocabulary& vocabulary,
                                   std::string_view last) {
  std::bitset<256> next;
  const std::string forced = matcher.forced_bytes(kMaxForcedBytes, &next);
  if (forced.empty()) return {};
  const std::string text = matcher.text() + forced;
  const std::size_t read = matcher.text().size();
  const std::size_t begin = read - std::min(read, last.size());
  std::size_t from = begin - std::min(begin, kContextBytes);
  while (from < begin && !begins_character(text[from])) ++from;
  Spelled spelled = spell(vocabulary, text, from, begin);
  // The model may have spelled what stands before in its own way.
  if (spelled.tokens.empty()) spelled = spell(vocabulary, text, begin, begin);
  const std::size_t open = first_open_place(vocabulary, text, begin, next);
  while (!spelled.ends.empty() && spelled.ends.back() > open) {
    spelled.ends.pop_back();
    spelled.tokens.pop_back();
  }
  if (spelled.ends.empty() || spelled.ends.back() <= read) return {};
  if (spelled.tokens.size() > 1 + spelled.ends.back() - read) return {};
  return std::move(spelled.tokens);
}

}  // namespace falconet
