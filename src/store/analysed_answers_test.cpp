// What an analysis reads, page by page: the pages' size changes nothing.
#include "store/analysed_answers.h"

#include <gmock/gmock.h>

#include "base/strings.h"
#include "store/generations.h"
#include "store/study_test.h"

namespace falconet {
namespace {

class AnalysedAnswers : public StudyStoreTest {
 protected:
  /// A chat of so many questions, each answered.
  void talk(const UserId& user, int num_turns, bool is_temporary = false) {
    write([&](Transaction& t) -> Status {
      TRY_ASSIGN(const Conversation chat,
                 create_conversation(t, user, {.is_temporary = is_temporary}));
      std::optional<MessageId> parent;
      for (int turn = 1; turn <= num_turns; ++turn) {
        TRY_ASSIGN(const Message asked, add_message(t, user,
                                                    {.conversation_id = chat.id,
                                                     .parent_id = parent,
                                                     .role = "user",
                                                     .content = cat("question ", turn)}));
        Ledger ledger{.model = "m", .turn = turn};
        TRY_ASSIGN(
            const StartedGeneration started,
            start_generation(
                t, user, {.conversation_id = chat.id, .parent_id = asked.id, .ledger = ledger}));
        ledger.id = started.record.id;
        TRY(finish_generation(
            t, user, {.id = ledger.id, .content = cat("answer ", turn), .ledger = ledger}));
        parent = started.message.id;
      }
      return {};
    });
  }

  std::vector<std::string> answers(int page_rows) {
    std::vector<std::string> seen;
    const auto visit = [&](const AnalysedGeneration& each) {
      seen.push_back(cat(each.user.value, ' ', each.ledger.id.value, ' ', each.ledger.turn, ' ',
                         each.question, ' ', each.answer));
    };
    const auto work = [&](Transaction& t) {
      return each_analysed_generation(t, 8, visit, page_rows);
    };
    EXPECT_TRUE(store->read(work));
    return seen;
  }

  std::vector<std::string> followed(int page_rows) {
    std::vector<std::string> seen;
    const auto visit = [&](const FollowedAnswer& each) {
      seen.push_back(cat(each.question, " -> ", each.next));
    };
    const auto work = [&](Transaction& t) {
      return each_followed_answer(t, 100, visit, page_rows);
    };
    EXPECT_TRUE(store->read(work));
    return seen;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, AnalysedAnswers, tested_databases(), database_name);

TEST_P(AnalysedAnswers, AreTheSameInPagesOfAnySize) {
  talk(alice, 3);
  talk(bob, 2);
  talk(alice, 2, /*is_temporary=*/true);
  const std::vector<std::string> whole = answers(1000);
  ASSERT_EQ(whole.size(), 5u) << "those of a temporary chat are nobody's business";
  EXPECT_THAT(whole[0], testing::EndsWith(" 1 question answer 1")) << "eight characters of each";
  // Pages that end at a row, before one, and with the last.
  for (const int page_rows : {1, 2, 3, 5}) EXPECT_EQ(answers(page_rows), whole) << page_rows;
}

TEST_P(AnalysedAnswers, KnowWhatWasSaidNext) {
  talk(alice, 3);
  talk(bob, 1);
  const std::vector<std::string> whole = followed(1000);
  EXPECT_THAT(whole, testing::ElementsAre("question 1 -> question 2", "question 2 -> question 3"));
  for (const int page_rows : {1, 2}) EXPECT_EQ(followed(page_rows), whole) << page_rows;
}

}  // namespace
}  // namespace falconet
