#include "store/questionnaires.h"

#include "store/study_test.h"

namespace falconet {
namespace {

class QuestionnairesOf : public StudyStoreTest {
 protected:
  Questionnaire change(const Questionnaire& asked, const Json& definition) {
    return write([&](Transaction& t) {
      return update_questionnaire(t, asked.id, {.definition = definition});
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, QuestionnairesOf, tested_databases(), database_name);

TEST_P(QuestionnairesOf, KeepTheVersionThatSomebodyHasAnswered) {
  const StudyRecord study = started_study({.is_open = true});
  const Questionnaire first = new_questionnaire(study);
  EXPECT_EQ(change(first, {{"title", "First, corrected"}}).version, 1) << "nobody has seen it";
  const Participant participant = join(study, alice);
  answer(first, participant, Submission::Draft);
  EXPECT_EQ(change(first, {{"title", "Second"}}).version, 2);
  EXPECT_EQ(change(first, {{"title", "Second"}}).version, 2) << "nothing has changed";
  const Questionnaire old =
      read([&](Transaction& t) { return find_questionnaire_version(t, first.id, 1); });
  EXPECT_EQ(old.definition["title"], "First, corrected");
  const Questionnaire now = read([&](Transaction& t) { return find_questionnaire(t, first.id); });
  EXPECT_EQ(now.definition["title"], "Second");
  EXPECT_EQ(failure([&](Transaction& t) { return find_questionnaire_version(t, first.id, 3); }),
            ErrorCode::NotFound);
}

TEST_P(QuestionnairesOf, AreAnsweredOnceByEachParticipant) {
  const StudyRecord study = started_study({.is_open = true});
  const Questionnaire asked = new_questionnaire(study);
  const Participant participant = join(study, alice);
  answer(asked, participant, Submission::Draft);
  EXPECT_TRUE(read([&](Transaction& t) { return list_responses(t, study.id); }).empty())
      << "they are still at it";
  answer(asked, participant, Submission::Final);
  EXPECT_EQ(read([&](Transaction& t) { return list_responses(t, study.id); }).size(), 1u);
  EXPECT_EQ(failure([&](Transaction& t) {
              return save_response(t,
                                   {.questionnaire_id = asked.id, .participant_id = participant.id},
                                   Submission::Final);
            }),
            ErrorCode::AlreadyExists);
  answer(asked, join(study, bob));
  EXPECT_EQ(read([&](Transaction& t) { return find_questionnaire(t, asked.id); }).num_submitted, 2);
}

TEST_P(QuestionnairesOf, AreFixedWhenTheirStudyHasEnded) {
  const StudyRecord study = started_study({.is_open = true});
  const Questionnaire asked = new_questionnaire(study);
  answer(asked, join(study, alice));
  EXPECT_EQ(failure([&](Transaction& t) { return delete_questionnaire(t, asked.id); }),
            ErrorCode::PermissionDenied)
      << "somebody has answered";
  const Questionnaire unanswered = new_questionnaire(study);
  write([&](Transaction& t) { return delete_questionnaire(t, unanswered.id); });
  write([&](Transaction& t) { return end_study(t, study.id); });
  EXPECT_EQ(failure([&](Transaction& t) {
              return update_questionnaire(t, asked.id, {.definition = Json{{"title", "x"}}});
            }),
            ErrorCode::PermissionDenied);
  EXPECT_EQ(failure([&](Transaction& t) { return create_questionnaire(t, study.id, {}); }),
            ErrorCode::PermissionDenied);
}

TEST_P(QuestionnairesOf, AreDueAfterANumberOfChats) {
  const StudyRecord study = new_study();
  EXPECT_EQ(failure([&](Transaction& t) {
              return create_questionnaire(t, study.id, {.due = QuestionnaireDue::AfterChats});
            }),
            ErrorCode::InvalidArgument)
      << "after how many?";
  const Questionnaire asked =
      new_questionnaire(study, {.due = QuestionnaireDue::AfterChats, .due_after = 5});
  const Questionnaire found = read([&](Transaction& t) { return find_questionnaire(t, asked.id); });
  EXPECT_EQ(found.due, QuestionnaireDue::AfterChats);
  EXPECT_EQ(found.due_after, 5);
  EXPECT_FALSE(questionnaire_due_of("sometimes"));
}

}  // namespace
}  // namespace falconet
