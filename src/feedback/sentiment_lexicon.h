// The words that sentiment_of weighs: data, not code.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace falconet {

enum class SentimentWordKind : std::uint8_t {
  Feeling,   // value: how good, −2 to 2
  Ability,   // says something only where it is negated: "does not understand"
  Negation,  // turns round what follows
  Degree,    // value: by how much what follows is multiplied
  Contrast,  // what follows is what is meant
};

struct SentimentWord {
  SentimentWordKind kind = SentimentWordKind::Feeling;
  double value = 0;
};

using SentimentLexicon = std::unordered_map<std::string_view, SentimentWord>;

/// English words by their stem (comment_words.h), phrases of two by both with a space between;
/// Chinese ones as they are, at most kLongestSentimentWord characters.
const SentimentLexicon& sentiment_lexicon();

constexpr std::size_t kLongestSentimentWord = 5;

}  // namespace falconet
