// Whether a comment sounds content, discontent or neither: words with weights, negations and
// degrees.
#pragma once

#include <string_view>

namespace falconet {

enum class Sentiment { Negative, Neutral, Positive };

struct SentimentScore {
  double score = 0;  // sum over its words; below 0 is discontent
  Sentiment sentiment = Sentiment::Neutral;
};

/// English and Simplified Chinese. A negation turns round what follows it in its clause ("not bad",
/// "不太好"), a degree strengthens or weakens it, and what follows a "but" counts more than what
/// stands before it. The time is linear in the text; docs/feedback-data.md says how often it is
/// right.
SentimentScore sentiment_of(std::string_view comment);

/// "negative", "neutral", "positive".
std::string_view sentiment_name(Sentiment sentiment);

}  // namespace falconet
