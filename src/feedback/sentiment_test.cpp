#include "feedback/sentiment.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>

#include "base/json.h"
#include "base/strings.h"
#include "base/testdata.h"

namespace falconet {
namespace {

struct LabelledSentence {
  std::string label = {};
  std::string text = {};
  bool was_at_hand = false;
};

std::vector<LabelledSentence> labelled_sentences() {
  std::ifstream in(FALCONET_SOURCE_DIR "/testdata/feedback/labelled_sentiment.tsv");
  std::vector<LabelledSentence> sentences;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto columns = split(line, '\t');
    EXPECT_EQ(columns.size(), 2u) << line;
    sentences.push_back(
        {std::string(columns[0]), std::string(columns[1]), sentences.size() % 4 < 2});
  }
  return sentences;
}

/// How often the sentiment is the labelled one; `opposite`: how often it is the contrary.
struct SentimentAccuracy {
  int num_right = 0;
  int num_opposite = 0;
  int num_decided = 0;  // not neutral
  int num_decided_right = 0;
  int num_all = 0;

  double right() const { return 1.0 * num_right / num_all; }
  double decided_right() const { return 1.0 * num_decided_right / num_decided; }
};

SentimentAccuracy accuracy_on(bool was_at_hand, bool names_mistakes) {
  SentimentAccuracy out;
  for (const LabelledSentence& row : labelled_sentences()) {
    if (row.was_at_hand != was_at_hand) continue;
    const std::string_view found = sentiment_name(sentiment_of(row.text).sentiment);
    ++out.num_all;
    out.num_right += found == row.label;
    out.num_decided += found != "neutral";
    out.num_decided_right += found != "neutral" && found == row.label;
    out.num_opposite += found != row.label && found != "neutral" && row.label != "neutral";
    if (names_mistakes && found != row.label) {
      std::printf("  %s, found %s: %s\n", row.label.c_str(), std::string(found).c_str(),
                  row.text.c_str());
    }
  }
  return out;
}

TEST(Sentiment, IsRightOnSentencesThatTheWordListsWereWrittenWith) {
  ASSERT_GE(labelled_sentences().size(), 120u);
  const SentimentAccuracy accuracy = accuracy_on(true, true);
  std::printf("at hand: %.3f right, %d contrary of %d\n", accuracy.right(), accuracy.num_opposite,
              accuracy.num_all);
  EXPECT_GE(accuracy.right(), 0.85);
}

TEST(Sentiment, IsSeldomWrongOnSentencesThatWereKeptBack) {
  const SentimentAccuracy accuracy = accuracy_on(false, false);
  std::printf("kept back: %.3f right, %d contrary of %d; %.3f of %d that it decides\n",
              accuracy.right(), accuracy.num_opposite, accuracy.num_all, accuracy.decided_right(),
              accuracy.num_decided);
  // Most of these say it without a word of praise or blame ("an empty screen after ten minutes").
  EXPECT_GE(accuracy.right(), 0.45);
  EXPECT_GE(accuracy.decided_right(), 0.7);
}

TEST(Sentiment, IsTurnedRoundByNegationsAndWeighedByDegrees) {
  const auto score = [](std::string_view text) { return sentiment_of(text).score; };
  EXPECT_LT(score("it is not good"), 0);
  EXPECT_GT(score("it is not bad"), 0);
  EXPECT_GT(score("very good"), score("good"));
  EXPECT_LT(score("slightly slow"), 0);
  EXPECT_GT(score("slightly slow"), score("extremely slow"));
  EXPECT_LT(score("不好用"), 0);
  EXPECT_GT(score("没有问题"), 0);
  EXPECT_LT(score("非常慢"), score("有点慢"));
  EXPECT_LT(score("good start, but it is slow"), 0);
  EXPECT_GT(score("一开始慢，但是很好用"), 0);
}

TEST(Sentiment, TakesAnyTextInLinearTime) {
  for (const std::string unit : {"not ", "很", "a", "but ", "好，", "\xff"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    sentiment_of(text);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), 20) << unit;
  }
}

// Whoever rated "Excellent" in FeedbackQA wrote an explanation, as did whoever rated "Bad".
// Passages of health authorities are not chats: the words tell only part of it, and mostly say
// nothing.
TEST(Sentiment, AgreesWithRatingsOnPeoplesExplanations) {
  const auto path = test_data("feedback/feedbackqa_ratings.jsonl");
  if (!path) GTEST_SKIP();
  std::ifstream in(*path);
  int num_right = 0, num_contrary = 0, num_all = 0;
  for (std::string line; std::getline(in, line);) {
    const Json row = parse_json(line).value();
    for (std::size_t i = 0; i < row["rating"].size(); ++i) {
      const std::string rating = row["rating"][i].get<std::string>();
      if (rating != "Excellent" && rating != "Bad") continue;
      const Sentiment found = sentiment_of(row["feedback"][i].get<std::string>()).sentiment;
      ++num_all;
      if (found == Sentiment::Neutral) continue;
      ((found == Sentiment::Positive) == (rating == "Excellent") ? num_right : num_contrary) += 1;
    }
  }
  std::printf("%d explanations: %d agree, %d contradict, the others are neutral\n", num_all,
              num_right, num_contrary);
  EXPECT_GT(num_right, 2 * num_contrary);
}

}  // namespace
}  // namespace falconet
