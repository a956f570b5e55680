// Who takes part in a study: a pseudonym, a segment, and what they allow. Only the caller's own
// account leads to a participant; a list of them names no account.
#pragma once

#include "store/study_links.h"

namespace falconet {

struct Participant {
  ParticipantId id = {};  // the pseudonym: chance alone, not even the moment of joining
  StudyId study_id = {};
  std::string segment = {};
  std::string locale = {};   // "en", "zh"
  std::string channel = {};  // of the link they came by; "page": without one
  std::int64_t consented = 0;
  std::int64_t consent_version = 0;
  std::vector<std::string> scopes = {};  // what they allow
  std::optional<std::int64_t> withdrawn = {};

  bool allows(std::string_view scope) const;
};

// How people come who follow no link.
inline constexpr const char* kPageChannel = "page";

/// Somebody who agrees to a study's consent text.
struct NewParticipant {
  StudyId study_id = {};
  std::optional<UserId> user = {};  // nothing: without an account…
  std::string token_digest = {};    // …but with a secret of their own, to come back with
  std::string segment = {};
  std::string locale = {};
  std::int64_t consent_version = 0;
  std::vector<std::string> scopes = {};
};

/// `link`: by which they come; nothing: the study must be open. Uses the link once.
/// Errors: NotFound (study, link), PermissionDenied (it does not run, it is not open),
/// InvalidArgument (segment, scopes, an outdated consent text), AlreadyExists (they take part).
Result<Participant> join_study(Transaction& transaction, const NewParticipant& fields,
                               const std::optional<StudyLink>& link);

/// A user's participations, and the studies that they may join from the page.
Result<std::vector<Participant>> participations_of(Transaction& transaction, const UserId& user);
Result<std::vector<StudyRecord>> studies_to_join(Transaction& transaction, const UserId& user);

/// Errors: NotFound, also for another user's, and for those who have withdrawn.
Result<Participant> find_participation(Transaction& transaction, const UserId& user,
                                       const ParticipantId& id);
Result<Participant> find_participation(Transaction& transaction, const UserId& user,
                                       const StudyId& study);
Result<Participant> find_respondent(Transaction& transaction, std::string_view token_digest);

/// The questionnaire that a respondent's link leads to; nothing if it is gone.
Result<std::optional<QuestionnaireId>> questionnaire_joined_for(Transaction& transaction,
                                                                const ParticipantId& participant);

/// What they allow, of their chats from now on, under the newest text. Errors: InvalidArgument.
Result<Participant> change_consent(Transaction& transaction, const Participant& participant,
                                   std::int64_t consent_version,
                                   const std::vector<std::string>& scopes);

/// Deletes their answers to questionnaires, the interview that they gave in the chat, and the way
/// from the account to the pseudonym. Their chats and ratings stay theirs and leave the study.
Status withdraw_from_study(Transaction& transaction, const Participant& participant);

/// What somebody has done since they agreed, in chats that are not temporary.
struct ParticipantActivity {
  std::int64_t num_answers = 0;  // that a model gave them
  std::int64_t num_chats = 0;    // in which it did
  bool has_seen_error = false;
};
Result<ParticipantActivity> activity_of(Transaction& transaction, const UserId& user,
                                        std::int64_t since);

/// For researchers: no account is named.
struct ListedParticipant {
  Participant participant = {};
  std::int64_t num_answers = 0;    // while the study ran, if they allow its use
  std::int64_t num_submitted = 0;  // questionnaires
};

/// All, also those who have withdrawn, by pseudonym.
Result<std::vector<ListedParticipant>> list_participants(Transaction& transaction,
                                                         const StudyRecord& study);

/// Whose account each participant is, for putting their answers under the pseudonym: never to leave
/// the server. Those without an account are not in it.
struct ParticipantAccount {
  ParticipantId participant = {};
  UserId user = {};
};
Result<std::vector<ParticipantAccount>> participant_accounts(Transaction& transaction,
                                                             const StudyId& study);

}  // namespace falconet
