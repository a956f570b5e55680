#include "feedback/sentiment.h"

#include <array>
#include <optional>
#include <string>

#include "base/strings.h"
#include "base/unicode.h"
#include "feedback/comment_text.h"
#include "feedback/comment_words.h"
#include "feedback/sentiment_lexicon.h"

namespace falconet {
namespace {

constexpr double kTurnedRound = -0.8;  // "not good" is less bad than "bad"
constexpr double kBeforeContrast = 0.4;
constexpr double kLeastScore = 0.35;  // nearer to 0 is neutral
// How many words or Chinese characters a negation or a degree reaches.
constexpr int kReach = 5;

class SentimentReader {
 public:
  explicit SentimentReader(std::string_view text) : text_(text) {}

  double read() {
    for (std::size_t at = 0; at < text_.size();) {
      const Utf8Character next = decode_utf8(text_, at);
      const auto size = static_cast<std::size_t>(next.num_bytes);
      if (is_chinese_character(next.code_point)) {
        at = read_chinese(at);
      } else if (next.code_point >= U'a' && next.code_point <= U'z') {
        at = read_english(at);
      } else {
        if (ends_clause(next.code_point)) end_clause();
        at += size;
      }
    }
    return score_;
  }

 private:
  static bool ends_clause(char32_t c) {
    constexpr std::u32string_view kEnds = U",.;!?:\u3002\u3001\u2026\"()";
    return kEnds.find(c) != kEnds.npos;
  }

  void end_clause() {
    negation_reach_ = 0;
    degree_reach_ = 0;
  }

  void pass(int num_words) {
    negation_reach_ -= num_words;
    degree_reach_ -= num_words;
  }

  std::size_t read_english(std::size_t begin) {
    const std::size_t end = english_end(begin);
    const std::string word = english_stem(text_.substr(begin, end - begin));
    if (end < text_.size() && text_[end] == ' ') {
      const std::size_t second = english_end(end + 1);
      const std::string pair =
          cat(word, " ", english_stem(text_.substr(end + 1, second - end - 1)));
      if (take(pair)) return second;
    }
    if (!take(word)) pass(1);
    return end;
  }

  std::size_t english_end(std::size_t begin) const {
    std::size_t end = begin;
    while (end < text_.size() && text_[end] >= 'a' && text_[end] <= 'z') ++end;
    return end;
  }

  /// The longest known word that begins here, or one character.
  std::size_t read_chinese(std::size_t begin) {
    std::array<std::size_t, kLongestSentimentWord + 1> ends = {begin};
    std::size_t num_characters = 0;
    while (num_characters < kLongestSentimentWord && ends[num_characters] < text_.size()) {
      const Utf8Character next = decode_utf8(text_, ends[num_characters]);
      if (!is_chinese_character(next.code_point)) break;
      ends[num_characters + 1] = ends[num_characters] + static_cast<std::size_t>(next.num_bytes);
      ++num_characters;
    }
    for (std::size_t n = num_characters; n > 0; --n) {
      if (take(text_.substr(begin, ends[n] - begin))) return ends[n];
    }
    pass(1);
    return ends[1];
  }

  bool take(std::string_view word) {
    const auto found = sentiment_lexicon().find(word);
    if (found == sentiment_lexicon().end()) return false;
    switch (found->second.kind) {
      case SentimentWordKind::Negation:
        is_negated_ = negation_reach_ <= 0 || !is_negated_;
        negation_reach_ = kReach;
        break;
      case SentimentWordKind::Degree:
        degree_ = found->second.value;
        degree_reach_ = kReach;
        break;
      case SentimentWordKind::Contrast:
        score_ *= kBeforeContrast;
        end_clause();
        break;
      case SentimentWordKind::Ability:
        if (negation_reach_ > 0 && is_negated_) feel(found->second.value);
        break;
      case SentimentWordKind::Feeling: feel(found->second.value); break;
    }
    return true;
  }

  void feel(double value) {
    if (degree_reach_ > 0) value *= degree_;
    if (negation_reach_ > 0 && is_negated_) value *= kTurnedRound;
    score_ += value;
    degree_reach_ = 0;
    pass(1);
  }

  std::string_view text_;
  double score_ = 0;
  bool is_negated_ = false;
  int negation_reach_ = 0;
  double degree_ = 1;
  int degree_reach_ = 0;
};

}  // namespace

SentimentScore sentiment_of(std::string_view comment) {
  const NormalizedComment normalized = normalize_comment(comment);
  SentimentScore out{.score = SentimentReader(normalized.text).read()};
  if (out.score >= kLeastScore) out.sentiment = Sentiment::Positive;
  if (out.score <= -kLeastScore) out.sentiment = Sentiment::Negative;
  return out;
}

std::string_view sentiment_name(Sentiment sentiment) {
  constexpr std::array<std::string_view, 3> kNames = {"negative", "neutral", "positive"};
  return kNames[static_cast<std::size_t>(sentiment)];
}

}  // namespace falconet
