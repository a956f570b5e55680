// Guides of interviews in the chat, and how far each participant came.
#include "store/chat_interviews.h"

#include <gmock/gmock.h>

#include "store/interview_guides.h"
#include "store/retention.h"
#include "store/study_test.h"

namespace falconet {
namespace {

using testing::Not;
using testing::StartsWith;

class ChatInterviews : public StudyStoreTest {
 protected:
  StudyRecord open_study() {
    const StudyRecord study = new_study({.is_open = true, .retention_days = std::optional(7)});
    write([&](Transaction& t) {
      return set_consent_text(
          t, study.id, {.text_en = "x", .text_zh = "y", .scopes = {kScopeInterview, kScopeQuotes}});
    });
    return write([&](Transaction& t) { return start_study(t, study.id, {"text", "digest"}); });
  }

  Participant join_for_interview(const StudyRecord& study, const UserId& user) {
    NewParticipant fields = joining(study, user);
    fields.scopes = {kScopeInterview, kScopeQuotes};
    return write([&](Transaction& t) { return join_study(t, fields, {}); });
  }

  static NewInterview first_turns(const Participant& participant, const UserId& user) {
    return {.title = "Talk",
            .participant = participant.id.value,
            .user = user,
            .may_be_quoted = true,
            .asked_in_chat = participant.id,
            .utterances = {{.speaker = "Interviewer", .is_participant = false, .text = "Hello."},
                           {.speaker = "Interviewer", .is_participant = false, .text = "Why?"}}};
  }

  ChatInterview begin(const Participant& participant, const UserId& user) {
    return write([&](Transaction& t) -> Result<ChatInterview> {
      TRY_ASSIGN(const Interview made, create_interview(t, first_turns(participant, user)));
      return begin_chat_interview(
          t, {.locale = "en", .guide_version = 3, .guide = {{"questions", 1}}}, made);
    });
  }

  std::optional<ChatInterview> found(const Participant& participant) {
    return read([&](Transaction& t) { return find_chat_interview(t, participant.id); });
  }

  StudyGuide guide(const StudyRecord& study, const StudyGuideChange& change) {
    return write([&](Transaction& t) { return change_study_guide(t, study.id, change); });
  }

  std::vector<Interview> all() {
    return read([](Transaction& t) { return list_interviews(t); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, ChatInterviews, tested_databases(), database_name);

TEST_P(ChatInterviews, GoOnWhereTheyStopped) {
  const StudyRecord study = open_study();
  const Participant participant = join_for_interview(study, alice);
  EXPECT_FALSE(found(participant));
  ChatInterview at = begin(participant, alice);
  EXPECT_EQ(at.turn, 1) << "the second utterance waits for an answer";
  at.question = 1;
  at.num_probes = 2;
  at.next_probe = 3;
  write([&](Transaction& t) {
    return continue_chat_interview(
        t, at,
        {{.speaker = participant.id.value, .text = "它忘了🙂。"},
         {.speaker = "Interviewer", .is_participant = false, .text = "?"}});
  });
  reopen();
  const auto again = found(participant);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->turn, 3);
  EXPECT_EQ(again->question, 1);
  EXPECT_EQ(again->next_probe, 3);
  EXPECT_EQ(again->num_probes, 2);
  EXPECT_EQ(again->guide_version, 3);
  EXPECT_EQ(again->guide["questions"], 1);
  EXPECT_FALSE(again->ended);
  const auto said = read([&](Transaction& t) { return utterances_of(t, again->id); });
  ASSERT_EQ(said.size(), 4u);
  EXPECT_EQ(said[2].text, "它忘了🙂。");
  EXPECT_TRUE(said[2].is_participant);
}

TEST_P(ChatInterviews, AreGivenOnceAStudyByEach) {
  const StudyRecord study = open_study();
  const Participant participant = join_for_interview(study, alice);
  begin(participant, alice);
  EXPECT_EQ(
      failure([&](Transaction& t) { return create_interview(t, first_turns(participant, alice)); }),
      ErrorCode::AlreadyExists);
  begin(join_for_interview(study, bob), bob);
  begin(join_for_interview(open_study(), alice), alice);
  EXPECT_EQ(all().size(), 3u);
}

TEST_P(ChatInterviews, TellNothingOfWhenTheirGiverWasHere) {
  const StudyRecord study = open_study();
  const Participant participant = join_for_interview(study, alice);
  const ChatInterview at = begin(participant, alice);
  const std::string now = write([](Transaction& t) -> Result<std::string> { return t.new_id(); });
  EXPECT_THAT(at.id.value, Not(StartsWith(now.substr(0, 6))))
      << "ids of the usual kind begin with their time";
  for (const Utterance& each : read([&](Transaction& t) { return utterances_of(t, at.id); })) {
    EXPECT_THAT(each.id.value, Not(StartsWith(now.substr(0, 6))));
  }
}

TEST_P(ChatInterviews, AreUsedAndQuotedAsTheirGiverAllows) {
  const StudyRecord study = open_study();
  Participant participant = join_for_interview(study, alice);
  const ChatInterview at = begin(participant, alice);
  const auto now = [&] { return read([&](Transaction& t) { return find_interview(t, at.id); }); };
  EXPECT_EQ(now().study, study.id);
  EXPECT_TRUE(now().may_be_used);
  EXPECT_TRUE(now().may_be_quoted);
  const auto allow = [&](const std::vector<std::string>& scopes) {
    participant = write([&](Transaction& t) { return change_consent(t, participant, 1, scopes); });
  };
  allow({kScopeInterview});
  EXPECT_TRUE(now().may_be_used);
  EXPECT_FALSE(now().may_be_quoted) << "taken back";
  EXPECT_EQ(
      failure([&](Transaction& t) { return change_interview(t, at.id, {.may_be_quoted = true}); }),
      ErrorCode::PermissionDenied)
      << "that is not for who runs the study to say";
  allow({kScopeQuotes});
  EXPECT_FALSE(now().may_be_used);
  EXPECT_TRUE(now().may_be_quoted);
  write([&](Transaction& t) { return change_interview(t, at.id, {.may_be_quoted = false}); });
  EXPECT_FALSE(now().may_be_quoted) << "less than is allowed may be wanted";
}

TEST_P(ChatInterviews, GoWithTheirGiverTheirStudyAndItsTime) {
  const StudyRecord study = open_study();
  const Participant leaves = join_for_interview(study, alice);
  begin(leaves, alice);
  begin(join_for_interview(study, bob), bob);
  write([&](Transaction& t) { return withdraw_from_study(t, leaves); });
  ASSERT_EQ(all().size(), 1u);
  EXPECT_EQ(all()[0].user, bob);
  EXPECT_FALSE(found(leaves));
  write([&](Transaction& t) { return end_study(t, study.id); });
  clock.milliseconds += std::int64_t{8} * 24 * 3600 * 1000;
  const RetentionCounts counts = write([](Transaction& t) { return delete_over_studies(t); });
  EXPECT_EQ(counts.interviews, 1);
  EXPECT_TRUE(all().empty());

  const StudyRecord other = open_study();
  begin(join_for_interview(other, alice), alice);
  write([&](Transaction& t) { return end_study(t, other.id); });
  write([&](Transaction& t) { return delete_study(t, other.id); });
  EXPECT_TRUE(all().empty());
  begin(join_for_interview(open_study(), bob), bob);
  write([&](Transaction& t) { return t.execute("DELETE FROM users WHERE id = ?", bob); });
  EXPECT_TRUE(all().empty()) << "with the account";
}

TEST_P(ChatInterviews, HaveAGuideWhoseVersionsCount) {
  const StudyRecord study = open_study();
  EXPECT_FALSE(read([&](Transaction& t) { return find_study_guide(t, study.id); }));
  const auto refusal = [&](const StudyGuideChange& change) {
    return failure([&](Transaction& t) { return change_study_guide(t, study.id, change); });
  };
  EXPECT_EQ(refusal({.is_offered = true}), ErrorCode::InvalidArgument) << "there is none yet";
  EXPECT_EQ(guide(study, {.definition = Json{{"a", 1}}}).version, 1);
  EXPECT_EQ(guide(study, {.definition = Json{{"a", 1}}, .is_offered = true}).version, 1);
  EXPECT_EQ(guide(study, {.definition = Json{{"a", 2}}}).version, 2);
  EXPECT_EQ(refusal({.due = QuestionnaireDue::ByLink}), ErrorCode::InvalidArgument);
  EXPECT_EQ(refusal({.due = QuestionnaireDue::AfterChats}), ErrorCode::InvalidArgument)
      << "after how many?";
  guide(study, {.due = QuestionnaireDue::AfterChats, .due_after = 5});
  begin(join_for_interview(study, alice), alice);
  const auto kept = read([&](Transaction& t) { return find_study_guide(t, study.id); });
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->is_offered);
  EXPECT_EQ(kept->due_after, 5);
  EXPECT_EQ(kept->definition["a"], 2);
  EXPECT_EQ(kept->num_begun, 1);
  EXPECT_EQ(kept->num_ended, 0);
  write([&](Transaction& t) { return end_study(t, study.id); });
  EXPECT_EQ(refusal({.is_offered = false}), ErrorCode::PermissionDenied);
}

}  // namespace
}  // namespace falconet
