// What a next message says: pairs written by hand, in both languages.
#include "feedback/turn_signals.h"

#include <gmock/gmock.h>

namespace falconet {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(TurnSignals, HearACorrection) {
  for (const char* next : {"不对，应该是12", "你搞错了，我问的是北京", "这个答案错了",
                           "结果有误，请重算", "我已经说过了，我叫小明", "That's wrong. It is 12.",
                           "No, I meant the other file", "that’s not what I asked", "This is wrong",
                           "Incorrect, try again", "you forgot the second part"}) {
    EXPECT_THAT(turn_signals("一个问题 a question", next), Contains(SignalKind::Corrected)) << next;
  }
}

TEST(TurnSignals, DoNotTakeEveryNoForACorrection) {
  for (const char* next : {"对不对？", "我错了，谢谢", "哪里错了？我看不出来", "好的，再讲讲为什么",
                           "What's incorrect about my code?", "No problem, thanks",
                           "Which of these is incorrect?", "对，就是这样", "Not bad. And 13?",
                           "Write a story in which somebody says at its very end, after a long "
                           "quarrel: that's wrong"}) {
    EXPECT_THAT(turn_signals("一个问题 a question", next), Not(Contains(SignalKind::Corrected)))
        << next;
  }
}

TEST(TurnSignals, KnowAQuestionThatIsAskedAgain) {
  EXPECT_THAT(turn_signals("What is 12 x 12?", " what is 12 x 12 "),
              ElementsAre(SignalKind::Reasked));
  EXPECT_THAT(turn_signals("为什么？", "为什么"), ElementsAre(SignalKind::Reasked));
  EXPECT_THAT(turn_signals("", ""), IsEmpty());
}

struct QuestionPair {
  const char* first;
  const char* second;
};

TEST(TurnSignals, KnowAQuestionInOtherWords) {
  for (const QuestionPair& pair : {
           QuestionPair{"How do I sort a list in Python?",
                        "How can I sort a list of numbers in Python?"},
           QuestionPair{"把这段话总结成三句", "请把这段话总结成三句话"},
           QuestionPair{"北京明天天气怎么样", "明天北京的天气怎么样？"},
           QuestionPair{"Explain recursion simply", "Please explain recursion in simple words"},
       }) {
    EXPECT_GE(question_similarity(pair.first, pair.second), kRephrasedSimilarity) << pair.first;
    EXPECT_THAT(turn_signals(pair.first, pair.second), ElementsAre(SignalKind::Rephrased));
  }
  for (const QuestionPair& pair : {
           QuestionPair{"How do I sort a list in Python?", "And how do I reverse a string?"},
           QuestionPair{"北京明天天气怎么样", "那上海有什么好吃的"},
           QuestionPair{"为什么", "为何"},
           QuestionPair{"What is the capital of France?", "Which river runs through it?"},
       }) {
    EXPECT_LT(question_similarity(pair.first, pair.second), kRephrasedSimilarity) << pair.first;
    EXPECT_THAT(turn_signals(pair.first, pair.second), IsEmpty());
  }
}

TEST(TurnSignals, MeasureLikenessBothWaysAlike) {
  EXPECT_EQ(question_similarity("abcdef", "abcdef"), 1.0);
  EXPECT_EQ(question_similarity("abcdef", "ghijkl"), 0.0);
  // ab bc cd de ef against ab bc cd dx xy: 2 * 3 / 10
  EXPECT_DOUBLE_EQ(question_similarity("abcdef", "abcdxy"), 0.6);
  EXPECT_DOUBLE_EQ(question_similarity("abcdxy", "ABCDEF"), 0.6);
}

}  // namespace
}  // namespace falconet
