// A store's rows as the records of a study.
#include "feedback/live_records.h"

#include <gtest/gtest.h>

#include "store/conversations.h"
#include "store/generations.h"
#include "store/messages.h"
#include "store/probes.h"
#include "store/ratings.h"
#include "store/test_database.h"
#include "store/users.h"

namespace falconet {
namespace {

class LiveRecords : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return store_->write(work).value();
  }

  void SetUp() override {
    store_ = Store::open(database_.open().value(), clock_).value();
    user_ = write([](Transaction& t) { return ensure_user(t, "ada", "user"); }).id;
    conversation_ = write([&](Transaction& t) { return create_conversation(t, user_, {}); }).id;
  }

  MessageId ask(const std::string& text, const std::optional<MessageId>& parent = {}) {
    return write([&](Transaction& t) {
             return add_message(t, user_,
                                {.conversation_id = conversation_,
                                 .parent_id = parent,
                                 .role = "user",
                                 .content = text});
           })
        .id;
  }

  MessageId answer(const MessageId& question, MessageStatus status = MessageStatus::Done) {
    return write([&](Transaction& t) -> Result<MessageId> {
      TRY_ASSIGN(const StartedGeneration started,
                 start_generation(t, user_,
                                  {.conversation_id = conversation_,
                                   .parent_id = question,
                                   .ledger = {.model = "m",
                                              .context_max = 100,
                                              .evicted_message_ids = {{"x"}, {"y"}},
                                              .turn = 1}}));
      Ledger ledger{.model = "m", .prompt_tokens = 7, .context_max = 100, .turn = 1};
      ledger.id = started.record.id;
      const bool is_done = status == MessageStatus::Done;
      TRY(finish_generation(t, user_,
                            {.id = started.record.id,
                             .state = is_done ? GenerationState::Done : GenerationState::Stopped,
                             .status = status,
                             .content = "secret answer",
                             .ledger = ledger}));
      return started.message.id;
    });
  }

  FeedbackRecords records() {
    return store_->read([](Transaction& t) { return live_records(t); }).value();
  }

  std::vector<SignalKind> signals() {
    std::vector<SignalKind> kinds;
    for (const StudySignal& signal : records().signals) kinds.push_back(signal.kind);
    return kinds;
  }

  SystemClock clock_;
  TestDatabase database_{preferred_database()};
  std::unique_ptr<Store> store_;
  UserId user_;
  ConversationId conversation_;
};

TEST_F(LiveRecords, HoldWhatAnAnswerSawAndNoText) {
  EXPECT_TRUE(records().participants.empty()) << "who has not asked takes no part";
  answer(ask("你好，请介绍一下长城。"));
  answer(ask("Tell me about the Great Wall (长城), please."));
  const FeedbackRecords found = records();
  ASSERT_EQ(found.participants.size(), 1u);
  EXPECT_EQ(found.participants[0].id, pseudonym_of(user_.value));
  EXPECT_EQ(found.participants[0].id.find(user_.value), std::string::npos);
  ASSERT_EQ(found.generations.size(), 2u);
  EXPECT_EQ(found.generations[0].language, "zh");
  EXPECT_EQ(found.generations[1].language, "en");
  EXPECT_EQ(found.generations[0].prompt_tokens, 7);
  EXPECT_EQ(found.generations[0].evicted_messages, 2);
  EXPECT_EQ(found.generations[0].participant_id, found.participants[0].id);
}

TEST_F(LiveRecords, TellWhatPeopleDid) {
  const MessageId question = ask("one");
  const MessageId first = answer(question);
  answer(question, MessageStatus::Stopped);
  write([&](Transaction& t) -> Result<bool> {
    TRY(note_signal(t, user_, first, "copied"));
    return true;
  });
  EXPECT_EQ(signals(), (std::vector<SignalKind>{SignalKind::Stopped, SignalKind::Copied,
                                                SignalKind::Regenerated}));
  ask("one, in other words");
  const auto edited = signals();
  EXPECT_EQ(std::count(edited.begin(), edited.end(), SignalKind::Edited), 2)
      << "of both answers to the question that was edited";
}

TEST_F(LiveRecords, TellProbesFromRatingsThatCameByThemselves) {
  const MessageId asked = answer(ask("one"));
  const MessageId silent = answer(ask("two"));
  const MessageId unasked = answer(ask("three"));
  write([&](Transaction& t) -> Result<bool> {
    TRY(set_probe_probability(t, 0.25));
    TRY(draw_probe(t, user_, asked, 0.1));
    TRY(draw_probe(t, user_, silent, 0.2));
    TRY_ASSIGN(const auto none, draw_probe(t, user_, unasked, 0.25));
    EXPECT_FALSE(none);
    TRY(mark_probe_shown(t, user_, asked));
    TRY(mark_probe_shown(t, user_, silent));
    TRY(rate_message(t, user_, asked, Rating{.value = -1}));
    TRY(rate_message(t, user_, unasked, Rating{.value = 1}));
    return true;
  });
  const FeedbackRecords found = records();
  ASSERT_EQ(found.ratings.size(), 3u);
  EXPECT_EQ(found.ratings[0].trigger, RatingTrigger::Probe);
  EXPECT_EQ(found.ratings[0].probability, 0.25);
  EXPECT_EQ(found.ratings[0].value, -1.0);
  EXPECT_EQ(found.ratings[1].trigger, RatingTrigger::Probe);
  EXPECT_FALSE(found.ratings[1].value);
  EXPECT_EQ(found.ratings[2].trigger, RatingTrigger::Voluntary);
}

TEST_F(LiveRecords, PreferAScoreToItsThumb) {
  const MessageId scored = answer(ask("one"));
  write([&](Transaction& t) {
    return rate_message(t, user_, scored, Rating{.value = 1, .score = 3});
  });
  const FeedbackRecords found = records();
  ASSERT_EQ(found.ratings.size(), 1u);
  EXPECT_EQ(found.ratings[0].scale, RatingScale::Score);
  EXPECT_EQ(found.ratings[0].value, 3.0);
}

TEST_F(LiveRecords, HearWhatTheNextMessageSays) {
  const MessageId wrong = answer(ask("What is 12 x 12?"));
  ask("That's wrong.", wrong);
  const MessageId same = answer(ask("为什么天是蓝的？"));
  ask("为什么天是蓝的", same);
  EXPECT_EQ(signals(), (std::vector<SignalKind>{SignalKind::Corrected, SignalKind::Reasked,
                                                SignalKind::Edited}));
}

TEST_F(LiveRecords, TellWhichAnswersWereAbandoned) {
  const auto age = [&](std::int64_t minutes) {
    const std::int64_t then = unix_milliseconds(clock_) - minutes * 60'000;
    write([&](Transaction& t) -> Result<bool> {
      TRY(t.execute("UPDATE conversations SET changed = ?", then));
      return true;
    });
  };
  const auto num_abandoned = [&] {
    const auto kinds = signals();
    return std::count(kinds.begin(), kinds.end(), SignalKind::Abandoned);
  };
  const MessageId first = answer(ask("one"));
  answer(ask("two", first));
  EXPECT_EQ(num_abandoned(), 0) << "somebody may still be reading";
  age(29);
  EXPECT_EQ(num_abandoned(), 0);
  age(31);
  EXPECT_EQ(num_abandoned(), 1) << "the last answer, and not those that were followed";
  const MessageId last = answer(ask("three"));
  age(31);
  EXPECT_EQ(num_abandoned(), 1);
  write([&](Transaction& t) { return rate_message(t, user_, last, Rating{.value = -1}); });
  EXPECT_EQ(num_abandoned(), 1) << "left in anger";
  write([&](Transaction& t) { return rate_message(t, user_, last, Rating{.value = 1}); });
  EXPECT_EQ(num_abandoned(), 0) << "left content";
  ask("a question that was never answered");
  age(31);
  EXPECT_EQ(num_abandoned(), 0);
}

TEST_F(LiveRecords, LeaveTemporaryChatsOut) {
  answer(ask("one"));
  write([&](Transaction& t) {
    return update_conversation(t, user_, conversation_, {.is_temporary = true});
  });
  EXPECT_TRUE(records().generations.empty());
  EXPECT_TRUE(records().participants.empty());
}

}  // namespace
}  // namespace falconet
