#include "store/retention.h"

#include "store/generations.h"
#include "store/probes.h"
#include "store/ratings.h"
#include "store/structured_answers.h"
#include "store/study_test.h"

namespace falconet {
namespace {

constexpr std::int64_t kDayMillis = std::int64_t{24} * 60 * 60 * 1000;

class Retention : public StudyStoreTest {
 protected:
  /// An answer that was rated, asked about and copied.
  MessageId judged_answer() {
    const Message question = say(new_conversation(), "Why?");
    const StartedGeneration started = write([&](Transaction& t) {
      return start_generation(t, alice,
                              {.conversation_id = question.conversation_id,
                               .parent_id = question.id,
                               .ledger = {.model = "m"}});
    });
    write([&](Transaction& t) -> Result<bool> {
      TRY(finish_generation(t, alice, {.id = started.record.id, .content = "Because."}));
      TRY(set_probe_probability(t, 1));
      TRY(draw_probe(t, alice, started.message.id, 0));
      TRY(rate_message(t, alice, started.message.id, Rating{.value = 1}));
      TRY(note_signal(t, alice, started.message.id, "copied"));
      TRY(add_structured_answer(t, {.caller = "c", .model = "m", .outcome = "ok"}));
      return true;
    });
    return started.message.id;
  }
  RetentionCounts forget(std::int64_t days) {
    return write([&](Transaction& t) { return delete_old_feedback(t, days); });
  }
  RetentionCounts forget_studies() {
    return write([](Transaction& t) { return delete_over_studies(t); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, Retention, tested_databases(), database_name);

TEST_P(Retention, DeletesRecordsWhenTheirTimeIsOverAndLeavesChats) {
  const MessageId old = judged_answer();
  clock.milliseconds += 30 * kDayMillis;
  EXPECT_EQ(forget(30).total(), 0) << "the answer is thirty days old, and not a moment more";
  const MessageId young = judged_answer();
  const RetentionCounts counts = forget(30);
  EXPECT_EQ(counts.generations, 1);
  EXPECT_EQ(counts.ratings, 1);
  EXPECT_EQ(counts.probes, 1);
  EXPECT_EQ(counts.signals, 1);
  EXPECT_EQ(
      retention_text(counts),
      "1 records of answers, 1 ratings, 1 probes, 1 signals, 1 records of structured answers");
  const auto found = [&](const MessageId& id) {
    return read([&](Transaction& t) { return find_message(t, alice, id); });
  };
  EXPECT_EQ(found(old).content, "Because.") << "chats are people's own";
  EXPECT_FALSE(found(old).ledger);
  EXPECT_FALSE(found(old).rating);
  EXPECT_TRUE(found(young).ledger);
  EXPECT_TRUE(found(young).rating);
  EXPECT_EQ(forget(30).total(), 0);
}

TEST_P(Retention, LeavesAnAnswerThatIsBeingWritten) {
  const Message question = say(new_conversation(), "Why?");
  write([&](Transaction& t) {
    return start_generation(
        t, alice,
        {.conversation_id = question.conversation_id, .parent_id = question.id, .ledger = {}});
  });
  clock.milliseconds += 400 * kDayMillis;
  EXPECT_EQ(forget(30).total(), 0);
}

TEST_P(Retention, TakesDays) {
  for (const std::int64_t days : {std::int64_t{0}, std::int64_t{-1}, kMaxRetentionDays + 1}) {
    EXPECT_EQ(failure([&](Transaction& t) { return delete_old_feedback(t, days); }),
              ErrorCode::InvalidArgument);
  }
}

TEST_P(Retention, OfAStudyBeginsWithItsEnd) {
  const StudyRecord kept = started_study({.name = "kept", .is_open = true});
  const StudyRecord brief = started_study(
      {.name = "brief", .is_open = true, .retention_days = std::optional<std::int64_t>(7)});
  EXPECT_EQ(brief.retention_days, 7);
  for (const StudyRecord& study : {kept, brief}) {
    const Participant participant = join(study, alice);
    answer(new_questionnaire(study), participant);
  }
  clock.milliseconds += 100 * kDayMillis;
  EXPECT_EQ(forget_studies().total(), 0) << "both run";
  for (const StudyRecord& study : {kept, brief}) {
    write([&](Transaction& t) { return end_study(t, study.id); });
  }
  clock.milliseconds += 7 * kDayMillis - 1;
  EXPECT_EQ(forget_studies().total(), 0);
  clock.milliseconds += 1;
  const RetentionCounts counts = forget_studies();
  EXPECT_EQ(counts.questionnaire_answers, 1);
  EXPECT_EQ(counts.participants, 1);
  EXPECT_EQ(forget_studies().total(), 0);
  const auto accounts_of = [&](const StudyRecord& study) {
    return read([&](Transaction& t) { return participant_accounts(t, study.id); }).size();
  };
  EXPECT_EQ(accounts_of(brief), 0u);
  EXPECT_EQ(accounts_of(kept), 1u);
}

TEST_P(Retention, OfAStudyIsPromisedBeforeItStarts) {
  const StudyRecord study = started_study({.name = "x"});
  EXPECT_EQ(failure([&](Transaction& t) {
              return update_study(t, study.id, {.retention_days = std::optional<std::int64_t>(7)});
            }),
            ErrorCode::PermissionDenied);
  EXPECT_EQ(failure([&](Transaction& t) {
              return create_study(t,
                                  {.name = "y", .retention_days = std::optional<std::int64_t>(0)});
            }),
            ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace falconet
