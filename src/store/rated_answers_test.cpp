// What people said last, and of an experiment, out of all that is there; analyses that are kept.
#include "store/rated_answers.h"

#include <gmock/gmock.h>

#include "store/analysis_snapshots.h"
#include "store/generations.h"
#include "store/ratings.h"
#include "store/study_test.h"

namespace falconet {
namespace {

using testing::ElementsAre;

class RatedAnswers : public StudyStoreTest {
 protected:
  MessageId answer_of(const UserId& user, const std::string& question, const std::string& arm = "",
                      const std::string& model = "m") {
    clock.milliseconds += 1000;
    return write([&](Transaction& t) -> Result<MessageId> {
      TRY_ASSIGN(const Conversation chat, create_conversation(t, user, {}));
      TRY_ASSIGN(
          const Message asked,
          add_message(t, user, {.conversation_id = chat.id, .role = "user", .content = question}));
      return finished(t, user, chat, asked, arm, model);
    });
  }

  static Result<MessageId> finished(Transaction& t, const UserId& user, const Conversation& chat,
                                    const Message& asked, const std::string& arm,
                                    const std::string& model) {
    const Ledger ledger{.model = model, .context_max = 100, .turn = 1, .arm = arm};
    TRY_ASSIGN(const StartedGeneration started,
               start_generation(
                   t, user, {.conversation_id = chat.id, .parent_id = asked.id, .ledger = ledger}));
    Ledger written = ledger;
    written.id = started.record.id;
    TRY(finish_generation(t, user,
                          {.id = started.record.id, .content = "an answer", .ledger = written}));
    return started.message.id;
  }

  void rate(const UserId& user, const MessageId& id, const std::string& comment, int value = -1) {
    clock.milliseconds += 1000;
    write([&](Transaction& t) {
      return rate_message(t, user, id, Rating{.value = value, .comment = comment});
    });
  }

  std::vector<std::string> remarks(const RemarkFilter& filter = {}, int limit = 10) {
    std::vector<std::string> comments;
    for (const RatedAnswerRow& row :
         read([&](Transaction& t) { return newest_remarks(t, filter, {}, limit); })) {
      comments.push_back(row.comment);
    }
    return comments;
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, RatedAnswers, tested_databases(), database_name);

TEST_P(RatedAnswers, AreListedNewestFirstPageByPage) {
  const MessageId silent = answer_of(alice, "zero");
  rate(alice, silent, "");
  for (const char* words : {"one", "two", "three"}) rate(alice, answer_of(alice, words), words);
  EXPECT_THAT(remarks(), ElementsAre("three", "two", "one")) << "a thumb has no words";
  const auto first = read([](Transaction& t) { return newest_remarks(t, {}, {}, 2); });
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].question_begin, "three");
  EXPECT_EQ(first[0].value, -1);
  const auto second = read([&](Transaction& t) { return newest_remarks(t, {}, first[1], 2); });
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].comment, "one");
}

TEST_P(RatedAnswers, AreChosenByModelAndTime) {
  rate(alice, answer_of(alice, "one", "", "small"), "small one");
  const std::int64_t between = clock.milliseconds + 1;
  rate(bob, answer_of(bob, "two", "", "large"), "large one");
  EXPECT_THAT(remarks({.model = "small"}), ElementsAre("small one"));
  EXPECT_THAT(remarks({.from = between}), ElementsAre("large one"));
  EXPECT_THAT(remarks({.until = between}), ElementsAre("small one"));
  EXPECT_THAT(remarks({.segment = "nobody's"}), ElementsAre());
}

TEST_P(RatedAnswers, OfAStudyAreThoseThatItsPeopleAllow) {
  rate(alice, answer_of(alice, "before"), "before consent");
  const StudyRecord study = started_study({.is_open = true});
  const Participant taking_part = join(study, alice);
  rate(alice, answer_of(alice, "after"), "after consent");
  rate(bob, answer_of(bob, "other"), "no part of it");
  EXPECT_THAT(remarks({.study = study.id}), ElementsAre("after consent"));
  EXPECT_THAT(remarks({.segment = "leads", .study = study.id}), ElementsAre("after consent"));
  EXPECT_THAT(remarks({.segment = "others", .study = study.id}), ElementsAre());
  write([&](Transaction& t) -> Result<bool> {
    TRY(withdraw_from_study(t, taking_part));
    return true;
  });
  EXPECT_THAT(remarks({.study = study.id}), ElementsAre());
}

TEST_P(RatedAnswers, OfAnExperimentAreThoseOfItsArms) {
  const ExperimentId id{"e1"};
  rate(alice, answer_of(alice, "one", arm_label(id, Arm::First)), "");
  rate(bob, answer_of(bob, "two", arm_label(id, Arm::Second)), "brief", 1);
  rate(bob, answer_of(bob, "three", "other/first"), "");
  rate(bob, answer_of(bob, "four"), "");
  const auto rows = read([&](Transaction& t) { return ratings_of_experiment(t, id); });
  ASSERT_EQ(rows.size(), 2u);
  const bool is_alices_first = rows[0].user == alice;
  const RatedAnswerRow& of_alice = rows[is_alices_first ? 0 : 1];
  EXPECT_EQ(of_alice.arm, "e1/first");
  EXPECT_EQ(of_alice.value, -1);
  EXPECT_EQ(rows[is_alices_first ? 1 : 0].value, 1);
}

class AnalysisSnapshots : public StudyStoreTest {
 protected:
  AnalysisSnapshot taken() {
    return write([&](Transaction& t) -> Result<AnalysisSnapshot> {
      TRY_ASSIGN(std::string people, people_in_data(t, t.now()));
      AnalysisSnapshot snapshot{.scope = "s",
                                .language = "en",
                                .began = t.now(),
                                .took_ms = 7,
                                .people = std::move(people),
                                .document = "{}"};
      TRY(save_snapshot(t, snapshot));
      return snapshot;
    });
  }
  bool is_there() {
    clock.milliseconds += 1000;
    return read([](Transaction& t) { return find_snapshot(t, "s", "en"); }).has_value();
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, AnalysisSnapshots, tested_databases(), database_name);

TEST_P(AnalysisSnapshots, AreShownUntilSomebodyTakesBackWhatTheyAllowed) {
  const StudyRecord study = started_study({.is_open = true});
  const Participant participant = join(study, alice);
  taken();
  EXPECT_TRUE(is_there());
  write([](Transaction& t) { return ensure_user(t, "carol", "user"); });
  const Participant newcomer = join(study, bob);
  EXPECT_TRUE(is_there()) << "who comes takes nothing away";
  write([&](Transaction& t) { return change_consent(t, participant, 1, {}); });
  EXPECT_FALSE(is_there()) << "one allows less";
  taken();
  EXPECT_TRUE(is_there());
  write([&](Transaction& t) -> Result<bool> {
    TRY(withdraw_from_study(t, newcomer));
    return true;
  });
  EXPECT_FALSE(is_there()) << "one has left";
  taken();
  write([&](Transaction& t) { return t.execute("DELETE FROM users WHERE id = ?", bob); });
  EXPECT_FALSE(is_there()) << "an account is gone";
}

TEST_P(AnalysisSnapshots, OfOneScopeAreTheLastOnly) {
  taken();
  clock.milliseconds += 5;
  const AnalysisSnapshot second = taken();
  const auto found = read([](Transaction& t) { return find_snapshot(t, "s", "en"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->began, second.began);
  EXPECT_FALSE(read([](Transaction& t) { return find_snapshot(t, "s", "zh"); }));
  EXPECT_FALSE(read([](Transaction& t) { return find_snapshot(t, "other", "en"); }));
}

}  // namespace
}  // namespace falconet
