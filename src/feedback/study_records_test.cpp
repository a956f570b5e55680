// What of a server's rows belongs to a study.
#include "feedback/study_records.h"

#include <gmock/gmock.h>

#include "feedback/live_records.h"
#include "store/generations.h"
#include "store/ratings.h"
#include "store/store_test.h"

namespace falconet {
namespace {

class StudyRecords : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    clock_.milliseconds += 1000;
    return store_->write(work).value();
  }
  template <class Work>
  void run(Work work) {
    clock_.milliseconds += 1000;
    ASSERT_TRUE(store_->write(work));
  }

  void SetUp() override {
    store_ = Store::open(database_.open().value(), clock_).value();
    ada_ = write([](Transaction& t) { return ensure_user(t, "ada", "user"); }).id;
    bob_ = write([](Transaction& t) { return ensure_user(t, "bob", "user"); }).id;
  }

  StudyId running(StudyChange fields = {}) {
    fields.name = "Is it enough?";
    fields.segments = std::vector<SegmentTarget>{{"leads", 2}};
    fields.is_open = true;
    const StudyId id = write([&](Transaction& t) { return create_study(t, fields); }).id;
    run([&](Transaction& t) {
      return set_consent_text(
          t, id, {.text_en = "x", .text_zh = "y", .scopes = {kScopeRatingsAndLogs, kScopeQuotes}});
    });
    run([&](Transaction& t) { return start_study(t, id, {"text", "digest"}); });
    return id;
  }

  Participant join(const StudyId& study, const UserId& user,
                   const std::vector<std::string>& scopes = {kScopeRatingsAndLogs}) {
    return write([&](Transaction& t) {
      return join_study(t,
                        {.study_id = study,
                         .user = user,
                         .segment = "leads",
                         .locale = "zh",
                         .consent_version = 1,
                         .scopes = scopes},
                        {});
    });
  }

  /// The generation that answered, and a rating of it.
  std::string say(const UserId& user) {
    return write([&](Transaction& t) -> Result<std::string> {
      TRY_ASSIGN(const Conversation chat, create_conversation(t, user, {}));
      TRY_ASSIGN(
          const Message asked,
          add_message(t, user, {.conversation_id = chat.id, .role = "user", .content = "one"}));
      TRY_ASSIGN(const StartedGeneration started,
                 start_generation(t, user, {.conversation_id = chat.id, .parent_id = asked.id}));
      TRY(finish_generation(t, user,
                            {.id = started.record.id, .ledger = {.id = started.record.id}}));
      TRY(rate_message(t, user, started.message.id, Rating{.value = -1, .comment = "slow"}));
      return started.record.id.value;
    });
  }

  FeedbackRecords records(const StudyId& study) {
    return store_->read([&](Transaction& t) { return study_records(t, study); }).value();
  }
  std::vector<std::string> generations(const StudyId& study) {
    std::vector<std::string> ids;
    for (const StudyGeneration& each : records(study).generations) ids.push_back(each.id);
    return ids;
  }

  StoreTestClock clock_;
  TestDatabase database_{preferred_database()};
  std::unique_ptr<Store> store_;
  UserId ada_;
  UserId bob_;
};

TEST_F(StudyRecords, AreWhatWasSaidBetweenConsentAndEnd) {
  const StudyId study = running();
  say(ada_);
  const Participant ada = join(study, ada_);
  const std::string within = say(ada_);
  say(bob_);
  run([&](Transaction& t) { return end_study(t, study); });
  say(ada_);
  EXPECT_THAT(generations(study), testing::ElementsAre(within));
  const FeedbackRecords found = records(study);
  EXPECT_EQ(found.generations[0].participant_id, ada.id.value);
  EXPECT_NE(ada.id.value, pseudonym_of(ada_.value)) << "the server's own is made of the account";
  ASSERT_EQ(found.ratings.size(), 1u);
  EXPECT_EQ(found.ratings[0].generation_id, within);
  ASSERT_EQ(found.participants.size(), 1u);
  EXPECT_EQ(found.participants[0].segment, "leads");
  EXPECT_EQ(found.participants[0].locale, "zh");
  EXPECT_FALSE(found.participants[0].may_be_quoted);
  ASSERT_EQ(found.studies.size(), 1u);
  EXPECT_EQ(found.studies[0].segments[0].target, 2);
}

TEST_F(StudyRecords, WaitForThePlannedBeginAndStopAtThePlannedEnd) {
  const std::int64_t begin = clock_.milliseconds + 100'000;
  const StudyId study = running({.begins = std::optional(begin), .ends = std::optional(begin * 2)});
  join(study, ada_);
  say(ada_);
  clock_.milliseconds = begin;
  const std::string within = say(ada_);
  clock_.milliseconds = begin * 2;
  say(ada_);
  EXPECT_THAT(generations(study), testing::ElementsAre(within));
}

TEST_F(StudyRecords, HaveTheAnswersOfThoseWhoAllowNothingElse) {
  const StudyId study = running();
  const Participant ada = join(study, ada_, {});
  say(ada_);
  const Json definition =
      parse_json(R"({"title": {"en": "a", "zh": "b"}, "questions": [{"id": "recommend",
                     "type": "nps", "text": {"en": "a", "zh": "b"}}]})")
          .value();
  const Questionnaire asked = write(
      [&](Transaction& t) { return create_questionnaire(t, study, {.definition = definition}); });
  run([&](Transaction& t) {
    return save_response(
        t, {.questionnaire_id = asked.id, .participant_id = ada.id, .answers = {{"recommend", 3}}},
        Submission::Final);
  });
  const FeedbackRecords found = records(study);
  EXPECT_TRUE(found.generations.empty());
  EXPECT_TRUE(found.ratings.empty());
  ASSERT_EQ(found.survey_answers.size(), 1u);
  EXPECT_EQ(found.survey_answers[0].number, 3);
  EXPECT_EQ(found.survey_answers[0].participant_id, ada.id.value);
  EXPECT_EQ(found.surveys[0].id, asked.id.value);
}

TEST_F(StudyRecords, CountThosePlacesThatNobodyTook) {
  const StudyId study = running();
  const StudyLink link = write([&](Transaction& t) {
    return create_study_link(
        t, study, {.token_digest = "d", .segment = "leads", .channel = "mail", .max_uses = 3});
  });
  run([&](Transaction& t) {
    return join_study(t, {.study_id = study, .user = ada_, .locale = "en", .consent_version = 1},
                      link);
  });
  const FeedbackRecords found = records(study);
  const auto num_absent = std::ranges::count_if(
      found.participants, [](const StudyParticipant& each) { return !each.consented; });
  EXPECT_EQ(num_absent, 2);
  const StudyProgress progress =
      store_->read([&](Transaction& t) { return study_progress(t, study); }).value();
  EXPECT_EQ(progress.total.invited, 3);
  EXPECT_EQ(progress.total.consented, 1);
  EXPECT_EQ(progress.segments[0].name, "leads");
  EXPECT_EQ(progress.segments[0].invited, 3);
  EXPECT_EQ(progress.channels[0].name, "mail");
}

}  // namespace
}  // namespace falconet
