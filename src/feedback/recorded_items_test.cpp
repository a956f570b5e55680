// Which of the questions that people asked a trial may replay, and by what it judges the answers.
#include "feedback/recorded_items.h"

#include <gtest/gtest.h>

#include "store/conversations.h"
#include "store/generations.h"
#include "store/messages.h"
#include "store/ratings.h"
#include "store/test_database.h"
#include "store/users.h"

namespace falconet {
namespace {

class TrialOfRecords : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return store_->write(work).value();
  }

  void SetUp() override {
    store_ = Store::open(database_.open().value(), clock_).value();
    owner_ = write([](Transaction& t) { return ensure_user(t, kLocalUser, "owner"); }).id;
    stranger_ = write([](Transaction& t) { return ensure_user(t, "bob", "user"); }).id;
  }

  /// A chat of one question and its answer, judged.
  void judged(const UserId& user, const NewMessage& question, const std::string& answer,
              const Rating& rating, const ConversationChange& chat = {}) {
    write([&](Transaction& t) -> Result<bool> {
      TRY_ASSIGN(const Conversation conversation, create_conversation(t, user, chat));
      NewMessage asked = question;
      asked.conversation_id = conversation.id;
      asked.role = "user";
      TRY_ASSIGN(const Message message, add_message(t, user, asked));
      Ledger ledger{.model = "m", .context_max = 100, .turn = 1};
      TRY_ASSIGN(
          const StartedGeneration started,
          start_generation(
              t, user,
              {.conversation_id = conversation.id, .parent_id = message.id, .ledger = ledger}));
      ledger.id = started.record.id;
      TRY(finish_generation(t, user,
                            {.id = started.record.id, .content = answer, .ledger = ledger}));
      TRY(rate_message(t, user, started.message.id, rating));
      return true;
    });
  }
  void judged(const std::string& question, const std::string& answer, const Rating& rating) {
    judged(owner_, {.content = question}, answer, rating);
  }

  RecordedItems items(std::size_t most = 100) {
    return store_->read([&](Transaction& t) { return recorded_trial_items(t, most); }).value();
  }

  SystemClock clock_;
  TestDatabase database_{preferred_database()};
  std::unique_ptr<Store> store_;
  UserId owner_;
  UserId stranger_;
};

TEST_F(TrialOfRecords, IsJudgedByWhatItsReaderSaidIsRight) {
  judged("2+2?", "So \\boxed{4}.", {.value = 1});
  judged("JSON?", "[1, 2", {.value = -1, .better = " [1, 2] "});
  judged("Capital of France?", "London", {.value = -1, .better = "Paris."});
  const RecordedItems found = items();
  ASSERT_EQ(found.items.size(), 3u);
  EXPECT_EQ(found.num_corrected, 2);
  EXPECT_EQ(found.num_praised, 1);
  EXPECT_EQ(found.items[0].messages, Json({{{"role", "user"}, {"content", "Capital of France?"}}}))
      << "the newest comes first";
  EXPECT_TRUE(found.items[0].check.is_right({.content = "It is paris, of course."}));
  EXPECT_FALSE(found.items[0].check.is_right({.content = "London"}));
  EXPECT_TRUE(found.items[1].check.is_right({.content = "[1,2]"}));
  EXPECT_FALSE(found.items[1].check.is_right({.content = "[1, 2"}));
  EXPECT_TRUE(found.items[2].check.is_right({.content = "\\boxed{4}"}));
  EXPECT_FALSE(found.items[2].check.is_right({.content = "4"}));
  EXPECT_EQ(items(1).items.size(), 1u);
}

TEST_F(TrialOfRecords, LeavesOutWhatNoProgramCanJudgeAndWhatWasNotPraised) {
  judged("Write to them", "Dear all, …", {.value = 1});
  judged("Write again", "Dear all, …", {.value = -1, .better = std::string(200, 'x')});
  judged("2+2?", "\\boxed{5}", {.value = -1});
  judged("2+3?", "\\boxed{5}", {.value = 1, .score = 5});
  judged(owner_, {.content = "Sum?", .attachments = {{.name = "a.txt", .text = "2"}}}, "\\boxed{5}",
         {.value = 1});
  const RecordedItems found = items();
  EXPECT_TRUE(found.items.empty());
  EXPECT_EQ(found.num_without_check, 2);
  EXPECT_EQ(found.num_with_files, 1);
}

TEST_F(TrialOfRecords, IsOfNobodyWhoDoesNotConsentAndOfNoTemporaryChat) {
  judged(stranger_, {.content = "2+2?"}, "\\boxed{4}", {.value = 1});
  judged(owner_, {.content = "2+2?"}, "\\boxed{4}", {.value = 1}, {.is_temporary = true});
  const RecordedItems found = items();
  EXPECT_TRUE(found.items.empty());
  EXPECT_EQ(found.num_without_check + found.num_with_files, 0) << "not even counted";
}

TEST_F(TrialOfRecords, ComesWithItsSystemPrompt) {
  judged(owner_, {.content = "2+2?"}, "\\boxed{4}", {.value = 1},
         {.parameters = Json{{"system", "You add."}}});
  EXPECT_EQ(items().items[0].messages[0], Json({{"role", "system"}, {"content", "You add."}}));
}

}  // namespace
}  // namespace falconet
