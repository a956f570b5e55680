#include "store/participants.h"

#include <algorithm>

namespace falconet {
namespace {

constexpr std::size_t kPseudonymCharacters = 10;  // 50 bits

constexpr const char* kSelectParticipants =
    "SELECT p.id, p.study_id, p.segment, p.locale, p.channel, p.consented, p.consent_version, "
    "p.scopes, p.withdrawn";
constexpr std::size_t kNumParticipantColumns = 9;

Participant participant_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .study_id = {row.text(1)},
          .segment = row.text(2),
          .locale = row.text(3),
          .channel = row.text(4),
          .consented = row.integer(5),
          .consent_version = row.integer(6),
          .scopes = texts_of_column(row.text(7)),
          .withdrawn = row.optional_integer(8)};
}

Result<Participant> only_participant(const Result<SqlRows>& rows) {
  if (!rows) return rows.error();
  if (rows->empty()) return error(ErrorCode::NotFound, "there is no such participant");
  return participant_of(rows->front());
}

/// Chance from the end of a secret: an id of the usual kind tells when it was made.
ParticipantId new_pseudonym() {
  const std::string secret = secret_token();
  return {"p-" + secret.substr(secret.size() - kPseudonymCharacters)};
}

Status check_segment(const StudyRecord& study, const std::string& segment) {
  if (study.segments.empty() && segment.empty()) return {};
  const bool is_there = std::ranges::any_of(
      study.segments, [&](const SegmentTarget& each) { return each.name == segment; });
  if (is_there) return {};
  return error(ErrorCode::InvalidArgument, "segment: the study has none called '",
               segment.substr(0, kMaxSegmentNameBytes), "'");
}

Status check_consent(Transaction& transaction, const StudyId& study, std::int64_t version,
                     const std::vector<std::string>& scopes) {
  TRY_ASSIGN(const std::optional<ConsentText> consent, consent_text_of(transaction, study));
  if (!consent || consent->version != version) {
    return error(ErrorCode::InvalidArgument,
                 "consent_version: the text has changed meanwhile; read version ",
                 consent ? consent->version : 0);
  }
  for (const std::string& scope : scopes) {
    if (std::ranges::find(consent->scopes, scope) != consent->scopes.end()) continue;
    return error(ErrorCode::InvalidArgument, "scopes: the study does not ask for '",
                 scope.substr(0, 40), "'");
  }
  return {};
}

Status check_joining(Transaction& transaction, const StudyRecord& study,
                     const NewParticipant& fields, const std::optional<StudyLink>& link) {
  if (study.state != StudyState::Running) {
    return error(ErrorCode::PermissionDenied, study.state == StudyState::Draft
                                                  ? "the study has not started yet"
                                                  : "the study has ended");
  }
  if (!link && !study.is_open) {
    return error(ErrorCode::PermissionDenied, "people join this study by a link only");
  }
  if (fields.locale != "en" && fields.locale != "zh") {
    return error(ErrorCode::InvalidArgument, "locale: expected en or zh, found '",
                 fields.locale.substr(0, 40), "'");
  }
  TRY(check_segment(study, fields.segment));
  TRY(check_consent(transaction, study.id, fields.consent_version, fields.scopes));
  if (!fields.user) return {};
  TRY_ASSIGN(const SqlRows present,
             transaction.execute("SELECT 1 FROM participants WHERE study_id = ? AND user_id = ?",
                                 study.id, *fields.user));
  if (present.empty()) return {};
  return error(ErrorCode::AlreadyExists, "you take part in this study already");
}

}  // namespace

bool Participant::allows(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

Result<Participant> join_study(Transaction& transaction, const NewParticipant& fields,
                               const std::optional<StudyLink>& link) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, fields.study_id));
  NewParticipant joining = fields;
  if (link && link->segment) joining.segment = *link->segment;
  TRY(check_joining(transaction, study, joining, link));
  if (link) TRY(use_study_link(transaction, *link));
  const Participant made{.id = new_pseudonym(),
                         .study_id = study.id,
                         .segment = joining.segment,
                         .locale = joining.locale,
                         .channel = link ? link->channel : kPageChannel,
                         .consented = transaction.now(),
                         .consent_version = joining.consent_version,
                         .scopes = joining.scopes};
  std::optional<std::string> digest;
  if (!joining.token_digest.empty()) digest = joining.token_digest;
  std::optional<StudyLinkId> link_id;
  if (link) link_id = link->id;
  TRY(transaction.execute(
      "INSERT INTO participants (id, study_id, user_id, token_digest, segment, locale, channel, "
      "link_id, consented, consent_version, scopes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      made.id, made.study_id, joining.user, digest, made.segment, made.locale, made.channel,
      link_id, made.consented, made.consent_version, texts_column(made.scopes)));
  return made;
}

Result<std::vector<Participant>> participations_of(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectParticipants,
                                                         " FROM participants p WHERE p.user_id = ? "
                                                         "ORDER BY p.consented DESC, p.id"),
                                                     user));
  std::vector<Participant> participations;
  for (const SqlRow& row : rows) participations.push_back(participant_of(row));
  return participations;
}

Result<std::vector<StudyRecord>> studies_to_join(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(std::vector<StudyRecord> studies, list_studies(transaction));
  TRY_ASSIGN(const std::vector<Participant> mine, participations_of(transaction, user));
  std::erase_if(studies, [&](const StudyRecord& study) {
    const bool takes_part = std::ranges::any_of(
        mine, [&](const Participant& each) { return each.study_id == study.id; });
    return takes_part || !study.is_open || study.state != StudyState::Running;
  });
  return studies;
}

Result<Participant> find_participation(Transaction& transaction, const UserId& user,
                                       const ParticipantId& id) {
  return only_participant(transaction.execute(
      cat(kSelectParticipants, " FROM participants p WHERE p.id = ? AND p.user_id = ?"), id, user));
}

Result<Participant> find_participation(Transaction& transaction, const UserId& user,
                                       const StudyId& study) {
  return only_participant(transaction.execute(
      cat(kSelectParticipants, " FROM participants p WHERE p.study_id = ? AND p.user_id = ?"),
      study, user));
}

Result<Participant> find_respondent(Transaction& transaction, std::string_view token_digest) {
  return only_participant(transaction.execute(
      cat(kSelectParticipants, " FROM participants p WHERE p.token_digest = ?"), token_digest));
}

Result<std::optional<QuestionnaireId>> questionnaire_joined_for(Transaction& transaction,
                                                                const ParticipantId& participant) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT l.questionnaire_id FROM participants p JOIN study_links l "
                                 "ON l.id = p.link_id WHERE p.id = ?",
                                 participant));
  std::optional<QuestionnaireId> id;
  if (!rows.empty()) {
    if (auto found = rows.front().optional_text(0)) id = QuestionnaireId{*std::move(found)};
  }
  return id;
}

Result<Participant> change_consent(Transaction& transaction, const Participant& participant,
                                   std::int64_t consent_version,
                                   const std::vector<std::string>& scopes) {
  TRY(check_consent(transaction, participant.study_id, consent_version, scopes));
  Participant changed = participant;
  changed.consent_version = consent_version;
  changed.scopes = scopes;
  // What was said while they did not allow its use stays out.
  const bool allows_more =
      changed.allows(kScopeRatingsAndLogs) && !participant.allows(kScopeRatingsAndLogs);
  if (allows_more) changed.consented = transaction.now();
  TRY(transaction.execute(
      "UPDATE participants SET consented = ?, consent_version = ?, scopes = ? "
      "WHERE id = ?",
      changed.consented, consent_version, texts_column(scopes), participant.id));
  return changed;
}

Status withdraw_from_study(Transaction& transaction, const Participant& participant) {
  TRY(transaction.execute("DELETE FROM questionnaire_responses WHERE participant_id = ?",
                          participant.id));
  TRY(transaction.execute("DELETE FROM interviews WHERE participant_id = ?", participant.id));
  TRY(
      transaction.execute("UPDATE participants SET user_id = NULL, token_digest = NULL, "
                          "scopes = '[]', withdrawn = ? WHERE id = ?",
                          transaction.now(), participant.id));
  return {};
}

Result<ParticipantActivity> activity_of(Transaction& transaction, const UserId& user,
                                        std::int64_t since) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT count(*), count(DISTINCT g.conversation_id), "
          "coalesce(sum(CASE WHEN g.state = 'failed' THEN 1 ELSE 0 END), 0) FROM generations g "
          "JOIN conversations c ON c.id = g.conversation_id WHERE g.user_id = ? AND "
          "g.created >= ? AND c.is_temporary = 0 AND g.state IN ('done', 'stopped', 'failed')",
          user, since));
  const SqlRow& row = rows.front();
  const std::int64_t num_failed = row.integer(2);
  return ParticipantActivity{.num_answers = row.integer(0) - num_failed,
                             .num_chats = row.integer(1),
                             .has_seen_error = num_failed > 0};
}

Result<std::vector<ListedParticipant>> list_participants(Transaction& transaction,
                                                         const StudyRecord& study) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          cat(kSelectParticipants,
              ", (SELECT count(*) FROM generations g WHERE g.user_id = p.user_id AND "
              "g.created >= p.consented AND g.created >= ? AND g.created < ? AND "
              "g.state IN ('done', 'stopped') AND g.conversation_id NOT IN "
              "(SELECT id FROM conversations WHERE is_temporary = 1)), "
              "(SELECT count(*) FROM questionnaire_responses r WHERE r.participant_id = p.id AND "
              "r.submitted IS NOT NULL) FROM participants p WHERE p.study_id = ? ORDER BY p.id"),
          study.begins.value_or(0), study.ended.value_or(transaction.now() + 1), study.id));
  std::vector<ListedParticipant> participants;
  for (const SqlRow& row : rows) {
    ListedParticipant listed{.participant = participant_of(row),
                             .num_answers = row.integer(kNumParticipantColumns),
                             .num_submitted = row.integer(kNumParticipantColumns + 1)};
    if (!listed.participant.allows(kScopeRatingsAndLogs)) listed.num_answers = 0;
    participants.push_back(std::move(listed));
  }
  return participants;
}

Result<std::vector<ParticipantAccount>> participant_accounts(Transaction& transaction,
                                                             const StudyId& study) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id, user_id FROM participants WHERE study_id = ? AND "
                                 "user_id IS NOT NULL ORDER BY id",
                                 study));
  std::vector<ParticipantAccount> accounts;
  for (const SqlRow& row : rows) accounts.push_back({{row.text(0)}, {row.text(1)}});
  return accounts;
}

}  // namespace falconet
