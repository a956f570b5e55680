// What becomes an example, and above all what does not.
#include "feedback/training_export.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "store/conversations.h"
#include "store/messages.h"
#include "store/ratings.h"
#include "store/test_database.h"
#include "store/users.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TrainingExport : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return store_->write(work).value();
  }

  void SetUp() override {
    store_ = Store::open(database_.open().value(), clock_).value();
    user_ = write([](Transaction& t) { return ensure_user(t, "ada", "user"); }).id;
  }

  ConversationId conversation(const Json& parameters = Json::object()) {
    return write([&](Transaction& t) {
             return create_conversation(t, user_, {.parameters = parameters});
           })
        .id;
  }

  MessageId say(const ConversationId& where, const std::string& role, const std::string& text,
                const std::optional<MessageId>& parent = {}) {
    return write([&](Transaction& t) {
             return add_message(
                 t, user_,
                 {.conversation_id = where, .parent_id = parent, .role = role, .content = text});
           })
        .id;
  }

  void rate(const MessageId& id, const Rating& rating) {
    write([&](Transaction& t) { return rate_message(t, user_, id, rating); });
  }

  void agree(bool may_train = true) {
    write([&](Transaction& t) {
      return change_settings(t, user_, {{kMayTrainSetting, may_train}});
    });
  }

  TrainingExamples examples() { return store_->read(training_examples).value(); }

  SystemClock clock_;
  TestDatabase database_;
  std::unique_ptr<Store> store_;
  UserId user_;
};

TEST_F(TrainingExport, TakesNothingFromWhoHasNotAgreed) {
  const ConversationId chat = conversation();
  const MessageId answer = say(chat, "assistant", "hello", say(chat, "user", "hi"));
  rate(answer, {.value = 1});
  EXPECT_THAT(examples().chats, IsEmpty());
  EXPECT_EQ(examples().num_without_consent, 1);
  agree();
  EXPECT_EQ(examples().chats.size(), 1u);
  agree(false);
  EXPECT_THAT(examples().chats, IsEmpty()) << "and from then on from who agrees no longer";
}

TEST_F(TrainingExport, WritesTheBetterAnswerOverTheOneItCorrects) {
  agree();
  const ConversationId chat = conversation({{"system", "Be brief."}});
  const MessageId first = say(chat, "user", "2+2?");
  const MessageId second = say(chat, "user", "sure?", say(chat, "assistant", "4", first));
  rate(say(chat, "assistant", "5", second), {.value = -1, .better = " Yes, 4. "});
  const TrainingExamples found = examples();
  ASSERT_EQ(found.chats.size(), 1u);
  ASSERT_EQ(found.preferences.size(), 1u);
  const Json prompt = parse_json(R"([{"role":"system","content":"Be brief."},
      {"role":"user","content":"2+2?"},{"role":"assistant","content":"4"},
      {"role":"user","content":"sure?"}])")
                          .value();
  const Json pair = parse_json(found.preferences[0]).value();
  EXPECT_EQ(pair["prompt"], prompt);
  EXPECT_EQ(pair["chosen"][0]["content"], "Yes, 4.");
  EXPECT_EQ(pair["rejected"][0]["content"], "5");
  Json messages = prompt;
  messages.push_back({{"role", "assistant"}, {"content", "Yes, 4."}});
  EXPECT_EQ(parse_json(found.chats[0]).value()["messages"], messages);
  EXPECT_THAT(found.preferences[0], Not(HasSubstr(user_.value)));
}

TEST_F(TrainingExport, PrefersThePraisedOfTwoAnswers) {
  agree();
  const ConversationId chat = conversation();
  const MessageId question = say(chat, "user", "hi");
  rate(say(chat, "assistant", "good", question), {.value = 1, .score = 9});
  rate(say(chat, "assistant", "poor", question), {.value = -1});
  const TrainingExamples found = examples();
  ASSERT_EQ(found.preferences.size(), 1u);
  const Json pair = parse_json(found.preferences[0]).value();
  EXPECT_EQ(pair["chosen"][0]["content"], "good");
  EXPECT_EQ(pair["rejected"][0]["content"], "poor");
  EXPECT_EQ(found.chats.size(), 1u);
}

TEST_F(TrainingExport, LearnsNothingFromPoorAnswersAndFiles) {
  agree();
  const ConversationId chat = conversation();
  rate(say(chat, "assistant", "bad", say(chat, "user", "a")), {.value = -1});
  rate(say(chat, "assistant", "so-so", say(chat, "user", "b")), {.value = 1, .score = 5});
  const MessageId with_file = write([&](Transaction& t) {
                                return add_message(t, user_,
                                                   {.conversation_id = chat,
                                                    .role = "user",
                                                    .content = "read",
                                                    .attachments = {{"notes.txt", "text"}}});
                              }).id;
  rate(say(chat, "assistant", "fine", with_file), {.value = 1});
  const TrainingExamples found = examples();
  EXPECT_THAT(found.chats, IsEmpty());
  EXPECT_THAT(found.preferences, IsEmpty());
  EXPECT_EQ(found.num_with_files, 1);
}

TEST_F(TrainingExport, TellsNobodysAddress) {
  agree();
  const ConversationId chat = conversation();
  const MessageId question = say(chat, "user", "write to ada.l@example.com");
  rate(say(chat, "assistant", "Dear ada.l@example.com", question), {.value = 1});
  const TrainingExamples found = examples();
  ASSERT_EQ(found.chats.size(), 1u);
  EXPECT_THAT(found.chats[0], Not(HasSubstr("ada.l@")));
  EXPECT_THAT(found.chats[0], HasSubstr("[e-mail]"));
}

}  // namespace
}  // namespace falconet
