#include "store/participants.h"

#include <gmock/gmock.h>

#include "store/study_test.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::Not;

class ParticipantsOf : public StudyStoreTest {
 protected:
  ErrorCode join_failure(const NewParticipant& fields, const std::optional<StudyLink>& link = {}) {
    return failure([&](Transaction& t) { return join_study(t, fields, link); });
  }
  std::vector<ListedParticipant> listed(const StudyRecord& study) {
    return read([&](Transaction& t) { return list_participants(t, study); });
  }
};
INSTANTIATE_TEST_SUITE_P(Databases, ParticipantsOf, tested_databases(), database_name);

TEST_P(ParticipantsOf, HaveAPseudonymThatTellsNothing) {
  const StudyRecord study = started_study({.is_open = true});
  const StudyRecord other = started_study({.is_open = true});
  const Participant first = join(study, alice);
  const Participant second = join(other, alice);
  EXPECT_NE(first.id, second.id) << "of one account in two studies";
  EXPECT_NE(first.id.value.substr(0, 6), second.id.value.substr(0, 6))
      << "ids of the usual kind begin with their time";
  EXPECT_THAT(first.id.value, Not(HasSubstr(alice.value)));
  EXPECT_EQ(first.channel, kPageChannel);
  EXPECT_EQ(read([&](Transaction& t) { return find_participation(t, alice, study.id); }).id,
            first.id);
  EXPECT_EQ(failure([&](Transaction& t) { return find_participation(t, bob, first.id); }),
            ErrorCode::NotFound);
}

TEST_P(ParticipantsOf, JoinOnceAStudyThatRuns) {
  const StudyRecord draft = new_study({.is_open = true});
  consent(draft);
  EXPECT_EQ(join_failure(joining(draft, alice)), ErrorCode::PermissionDenied);
  const StudyRecord closed = started_study();
  EXPECT_EQ(join_failure(joining(closed, alice)), ErrorCode::PermissionDenied) << "without a link";
  const StudyRecord open = started_study({.is_open = true});
  NewParticipant wrong = joining(open, alice);
  wrong.segment = "nobody";
  EXPECT_EQ(join_failure(wrong), ErrorCode::InvalidArgument);
  wrong = joining(open, alice);
  wrong.consent_version = 2;
  EXPECT_EQ(join_failure(wrong), ErrorCode::InvalidArgument) << "a text that is not there";
  wrong = joining(open, alice);
  wrong.scopes = {kScopeFineTuning};
  EXPECT_EQ(join_failure(wrong), ErrorCode::InvalidArgument) << "nobody asked for it";
  wrong = joining(open, alice);
  wrong.locale = "fr";
  EXPECT_EQ(join_failure(wrong), ErrorCode::InvalidArgument);
  EXPECT_EQ(read([&](Transaction& t) { return studies_to_join(t, alice); }).size(), 1u);
  join(open, alice);
  EXPECT_EQ(join_failure(joining(open, alice)), ErrorCode::AlreadyExists);
  EXPECT_TRUE(read([&](Transaction& t) { return studies_to_join(t, alice); }).empty());
  EXPECT_EQ(read([&](Transaction& t) { return studies_to_join(t, bob); }).size(), 1u);
}

TEST_P(ParticipantsOf, UseALinkAsOftenAsItSays) {
  const StudyRecord study = started_study();
  const StudyLink link =
      new_link(study, {.token_digest = "d", .segment = "others", .channel = "mail"});
  EXPECT_EQ(read([](Transaction& t) { return find_study_link(t, "d"); }).id, link.id);
  const Participant came = join(study, alice, link);
  EXPECT_EQ(came.segment, "others") << "the link's, whatever they say";
  EXPECT_EQ(came.channel, "mail");
  EXPECT_EQ(join_failure(joining(study, bob), link), ErrorCode::NotFound);
  EXPECT_FALSE(
      read([](Transaction& t) { return find_study_link(t, "d"); }).is_usable(clock.milliseconds));
  const StudyLink brief =
      new_link(study, {.token_digest = "e", .max_uses = 5, .expires = clock.milliseconds + 10});
  clock.milliseconds += 10;
  EXPECT_EQ(join_failure(joining(study, bob), brief), ErrorCode::NotFound);
  EXPECT_EQ(failure([&](Transaction& t) {
              return create_study_link(t, study.id, {.token_digest = "f", .segment = "nobody"});
            }),
            ErrorCode::InvalidArgument);
  // A link that was used is closed and stays; one that was not goes.
  write([&](Transaction& t) { return close_study_link(t, link.id); });
  write([&](Transaction& t) { return close_study_link(t, brief.id); });
  const auto links = read([&](Transaction& t) { return list_study_links(t, study.id); });
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].id, link.id);
}

TEST_P(ParticipantsOf, AreListedWithoutTheirAccounts) {
  const StudyRecord study = started_study({.is_open = true});
  const Questionnaire asked = new_questionnaire(study);
  answer(asked, join(study, alice));
  join(study, bob);
  const auto all = listed(study);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].num_submitted + all[1].num_submitted, 1);
  EXPECT_EQ(all[0].num_answers, 0);
}

TEST_P(ParticipantsOf, WithdrawAndLeaveNothingButTheFact) {
  const StudyRecord study = started_study({.is_open = true});
  const Questionnaire asked = new_questionnaire(study);
  const Participant participant = join(study, alice);
  answer(asked, participant);
  clock.milliseconds += 1000;
  write([&](Transaction& t) { return withdraw_from_study(t, participant); });
  EXPECT_TRUE(read([&](Transaction& t) { return list_responses(t, study.id); }).empty());
  EXPECT_TRUE(read([&](Transaction& t) { return participant_accounts(t, study.id); }).empty());
  EXPECT_EQ(failure([&](Transaction& t) { return find_participation(t, alice, study.id); }),
            ErrorCode::NotFound);
  ASSERT_EQ(listed(study).size(), 1u);
  EXPECT_EQ(listed(study)[0].participant.withdrawn, clock.milliseconds);
  EXPECT_TRUE(listed(study)[0].participant.scopes.empty());
  const Participant again = join(study, alice);
  EXPECT_NE(again.id, participant.id) << "a new pseudonym, and no way to the old one";
}

TEST_P(ParticipantsOf, ChangeWhatTheyAllow) {
  const StudyRecord study = started_study({.is_open = true});
  const Participant participant = join(study, alice);
  EXPECT_FALSE(participant.allows(kScopeQuotes));
  consent(study, "a new text");
  EXPECT_EQ(
      failure([&](Transaction& t) { return change_consent(t, participant, 1, {kScopeQuotes}); }),
      ErrorCode::InvalidArgument)
      << "of a text that is outdated";
  write([&](Transaction& t) { return change_consent(t, participant, 2, {kScopeQuotes}); });
  const Participant after =
      read([&](Transaction& t) { return find_participation(t, alice, participant.id); });
  EXPECT_TRUE(after.allows(kScopeQuotes));
  EXPECT_FALSE(after.allows(kScopeRatingsAndLogs));
  EXPECT_EQ(after.consent_version, 2);
  EXPECT_EQ(after.consented, participant.consented);
  clock.milliseconds += 1000;
  write([&](Transaction& t) { return change_consent(t, after, 2, {kScopeRatingsAndLogs}); });
  EXPECT_EQ(
      read([&](Transaction& t) { return find_participation(t, alice, participant.id); }).consented,
      clock.milliseconds)
      << "what was said while they did not allow it stays out";
}

TEST_P(ParticipantsOf, ComeBackWithASecretWhereTheyHaveNoAccount) {
  const StudyRecord study = started_study();
  const Questionnaire asked = new_questionnaire(study);
  const StudyLink link =
      new_link(study, {.token_digest = "d", .questionnaire_id = asked.id, .max_uses = 2});
  NewParticipant stranger = joining(study, alice);
  stranger.user.reset();
  stranger.token_digest = "secret";
  const Participant made = write([&](Transaction& t) { return join_study(t, stranger, link); });
  EXPECT_EQ(read([](Transaction& t) { return find_respondent(t, "secret"); }).id, made.id);
  EXPECT_EQ(read([&](Transaction& t) { return questionnaire_joined_for(t, made.id); }), asked.id);
  EXPECT_EQ(failure([](Transaction& t) { return find_respondent(t, "guess"); }),
            ErrorCode::NotFound);
  write([&](Transaction& t) { return withdraw_from_study(t, made); });
  EXPECT_EQ(failure([](Transaction& t) { return find_respondent(t, "secret"); }),
            ErrorCode::NotFound);
}

}  // namespace
}  // namespace falconet
