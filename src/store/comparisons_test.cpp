#include "store/comparisons.h"

#include <gmock/gmock.h>

#include "store/generations.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class Comparisons : public StoreTest {
 protected:
  Experiment begin_experiment(double share = 1) {
    return write([&](Transaction& t) {
      return start_experiment(t, {.name = "Models",
                                  .hypothesis = "The larger one is preferred",
                                  .first = {"small", Json::object(), "m-1"},
                                  .second = {"large", Json::object(), "m-2"},
                                  .people_per_arm = 5,
                                  .kind = ExperimentKind::SideBySide,
                                  .share = share});
    });
  }
  /// Writes the answer of one arm to its end.
  MessageId answer(const Message& question, const Experiment& experiment,
                   const DrawnComparison& drawn, Arm arm) {
    const StartedGeneration started = write([&](Transaction& t) {
      return start_generation(t, alice,
                              {.conversation_id = question.conversation_id,
                               .parent_id = question.id,
                               .ledger = {.model = arm == Arm::First ? "m-1" : "m-2",
                                          .arm = arm_label(experiment.id, arm),
                                          .comparison = drawn.id}});
    });
    write([&](Transaction& t) {
      return finish_generation(t, alice, {.id = started.record.id, .content = "text"});
    });
    return started.message.id;
  }
  struct Pair {
    Experiment experiment;
    Message question;
    DrawnComparison drawn;
    MessageId left;
    MessageId right;
  };
  Pair answered_pair() {
    Pair pair;
    pair.experiment = begin_experiment();
    pair.question = say(new_conversation(), "Which?");
    const auto drawn = write([&](Transaction& t) {
      return draw_comparison(t, alice, pair.experiment, pair.question.id);
    });
    EXPECT_TRUE(drawn);
    pair.drawn = drawn.value_or(DrawnComparison{});
    const MessageId first = answer(pair.question, pair.experiment, pair.drawn, Arm::First);
    const MessageId second = answer(pair.question, pair.experiment, pair.drawn, Arm::Second);
    pair.left = pair.drawn.left == Arm::First ? first : second;
    pair.right = pair.drawn.left == Arm::First ? second : first;
    return pair;
  }
  std::vector<Message> judge(const Pair& pair, std::optional<PairChoice> choice,
                             bool names = false) {
    return write([&](Transaction& t) {
      return judge_comparison(t, alice, pair.drawn.id, {choice, names});
    });
  }
  ComparedPair only_pair() {
    const auto pairs = read([](Transaction& t) { return compared_pairs(t); });
    EXPECT_EQ(pairs.size(), 1u);
    return pairs.empty() ? ComparedPair{} : pairs.front();
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Comparisons, tested_databases(), database_name);

TEST_P(Comparisons, NameNobodyBeforeTheReaderHasJudgedAndAsked) {
  const Pair pair = answered_pair();
  const auto shown =
      read([&](Transaction& t) { return messages_of(t, alice, pair.question.conversation_id); });
  for (const Message& message : shown) {
    if (message.role == "user") continue;
    ASSERT_TRUE(message.comparison);
    EXPECT_EQ(message.comparison->is_left, message.id == pair.left);
    EXPECT_EQ(message.comparison->arm, "");
    EXPECT_FALSE(message.ledger) << "a ledger names the model";
  }
  EXPECT_EQ(failure([&](Transaction& t) {
              return judge_comparison(t, alice, pair.drawn.id, {std::nullopt, true});
            }),
            ErrorCode::InvalidArgument);
  const auto judged = judge(pair, PairChoice::Left);
  ASSERT_EQ(judged.size(), 2u);
  EXPECT_EQ(judged[0].id, pair.left);
  EXPECT_EQ(judged[1].id, pair.right);
  EXPECT_EQ(judged[0].comparison->choice, PairChoice::Left);
  EXPECT_FALSE(judged[0].ledger);
  const auto named = judge(pair, PairChoice::Left, /*names=*/true);
  const bool is_first_left = pair.drawn.left == Arm::First;
  EXPECT_EQ(named[0].comparison->arm, is_first_left ? "small" : "large");
  ASSERT_TRUE(named[1].ledger);
  EXPECT_EQ(named[1].ledger->model, is_first_left ? "m-2" : "m-1");
}

TEST_P(Comparisons, CountTheLastChoiceThatWasBlindAndNoneThatWasTakenBack) {
  const Pair pair = answered_pair();
  EXPECT_FALSE(only_pair().choice);
  judge(pair, PairChoice::Left);
  judge(pair, PairChoice::Right);
  const std::string right = pair.drawn.left == Arm::First ? "second" : "first";
  EXPECT_EQ(only_pair().choice, right) << "changed while blind";
  judge(pair, PairChoice::Right, /*names=*/true);
  EXPECT_EQ(judge(pair, PairChoice::Tie)[0].comparison->choice, PairChoice::Tie);
  EXPECT_EQ(only_pair().choice, right) << "changed with the names before one's eyes";
  judge(pair, std::nullopt);
  EXPECT_FALSE(only_pair().choice);
  EXPECT_EQ(only_pair().first_name, "small");
  EXPECT_EQ(only_pair().left, pair.drawn.left);
}

TEST_P(Comparisons, AreOffersToQuestionsWithoutAnAnswer) {
  const Experiment experiment = begin_experiment();
  const auto draw = [&](const MessageId& id) {
    return write([&](Transaction& t) { return draw_comparison(t, alice, experiment, id); });
  };
  const Message question = say(new_conversation(), "One?");
  const Message answered =
      say({.id = question.conversation_id}, "An answer", question.id, "assistant");
  EXPECT_FALSE(draw(question.id)) << "it has an answer";
  EXPECT_FALSE(draw(answered.id)) << "it is no question";
  EXPECT_FALSE(draw(say(new_conversation({.is_temporary = true}), "Secret?").id));
  EXPECT_EQ(
      failure([&](Transaction& t) { return draw_comparison(t, bob, experiment, question.id); }),
      ErrorCode::NotFound);
}

TEST_P(Comparisons, AreDrawnWithTheirShareInEitherOrder) {
  const Experiment experiment = begin_experiment(0.3);
  const Conversation chat = new_conversation();
  constexpr int kQuestions = 400;
  int num_drawn = 0;
  int num_first_left = 0;
  for (int i = 0; i < kQuestions; ++i) {
    const Message question = say(chat, "Which?");
    const auto drawn =
        write([&](Transaction& t) { return draw_comparison(t, alice, experiment, question.id); });
    if (!drawn) continue;
    ++num_drawn;
    num_first_left += drawn->left == Arm::First ? 1 : 0;
  }
  // Five standard deviations: sqrt(400 · 0.3 · 0.7) = 9.2, and sqrt(120) / 2 = 5.5.
  EXPECT_NEAR(num_drawn, 0.3 * kQuestions, 46);
  EXPECT_NEAR(num_first_left, num_drawn / 2.0, 28);
}

TEST_P(Comparisons, AreNobodyElsesAndGoWithAnAnswer) {
  const Pair pair = answered_pair();
  const auto judged_by = [&](const UserId& user) {
    return failure([&](Transaction& t) {
      return judge_comparison(t, user, pair.drawn.id, {PairChoice::Tie});
    });
  };
  EXPECT_EQ(judged_by(bob), ErrorCode::NotFound);
  write([&](Transaction& t) { return delete_message(t, alice, pair.left); });
  EXPECT_EQ(judged_by(alice), ErrorCode::NotFound);
  EXPECT_TRUE(read([](Transaction& t) { return compared_pairs(t); }).empty());
  const Message plain = read([&](Transaction& t) { return find_message(t, alice, pair.right); });
  EXPECT_FALSE(plain.comparison);
  EXPECT_TRUE(plain.ledger);
}

}  // namespace
}  // namespace falconet
