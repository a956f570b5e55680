#include "store/questionnaires.h"

#include <algorithm>
#include <array>

namespace falconet {
namespace {

// Nobody waits for more; a number beyond it is a slip of the hand.
constexpr std::int64_t kMostChats = 10'000;

constexpr const char* kSelectQuestionnaires =
    "SELECT q.id, q.study_id, q.version, q.due, q.due_after, q.created, v.definition, "
    "(SELECT count(*) FROM questionnaire_responses r WHERE r.questionnaire_id = q.id AND "
    "r.submitted IS NOT NULL) FROM questionnaires q JOIN questionnaire_versions v ON "
    "v.questionnaire_id = q.id AND v.version = q.version ";

constexpr const char* kSelectResponses =
    "SELECT r.questionnaire_id, r.participant_id, r.version, r.answers, r.changed, r.submitted "
    "FROM questionnaire_responses r ";

constexpr std::array kDueNames = {"at_once", "after_chats", "after_first_error", "at_end",
                                  "by_link"};

Questionnaire questionnaire_of(const SqlRow& row) {
  return {.id = {row.text(0)},
          .study_id = {row.text(1)},
          .version = row.integer(2),
          .due = questionnaire_due_of(row.text(3)).value_or(QuestionnaireDue::AtOnce),
          .due_after = row.integer(4),
          .created = row.integer(5),
          .definition = parse_json(row.text(6)).value_or(Json::object()),
          .num_submitted = row.integer(7)};
}

QuestionnaireResponse response_of(const SqlRow& row) {
  return {.questionnaire_id = {row.text(0)},
          .participant_id = {row.text(1)},
          .version = row.integer(2),
          .answers = parse_json(row.text(3)).value_or(Json::object()),
          .changed = row.integer(4),
          .submitted = row.optional_integer(5)};
}

Status write_definition(Transaction& transaction, const Questionnaire& questionnaire) {
  TRY(transaction.execute(
      "DELETE FROM questionnaire_versions WHERE questionnaire_id = ? AND version = ?",
      questionnaire.id, questionnaire.version));
  TRY(transaction.execute(
      "INSERT INTO questionnaire_versions (questionnaire_id, version, definition, created) "
      "VALUES (?, ?, ?, ?)",
      questionnaire.id, questionnaire.version, to_text(questionnaire.definition),
      transaction.now()));
  return {};
}

Result<bool> is_answered(Transaction& transaction, const Questionnaire& questionnaire) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT 1 FROM questionnaire_responses WHERE questionnaire_id = ? "
                                 "AND version = ? LIMIT 1",
                                 questionnaire.id, questionnaire.version));
  return !rows.empty();
}

}  // namespace

const char* questionnaire_due_name(QuestionnaireDue due) {
  return kDueNames[static_cast<std::size_t>(due)];
}

Result<QuestionnaireDue> questionnaire_due_of(std::string_view name) {
  const auto found = std::find(kDueNames.begin(), kDueNames.end(), name);
  if (found != kDueNames.end()) return static_cast<QuestionnaireDue>(found - kDueNames.begin());
  return error(ErrorCode::InvalidArgument,
               "due: expected at_once, after_chats, after_first_error, at_end or by_link, found '",
               name.substr(0, 40), "'");
}

Status check_due(QuestionnaireDue due, std::int64_t due_after) {
  const std::int64_t least = due == QuestionnaireDue::AfterChats ? 1 : 0;
  if (due_after >= least && due_after <= kMostChats) return {};
  return error(ErrorCode::InvalidArgument, "due_after: expected ", least, " to ", kMostChats,
               " chats, found ", due_after);
}

Status refuse_ended(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  if (study.state != StudyState::Ended) return {};
  return error(ErrorCode::PermissionDenied, "the study has ended, and what it asked is fixed");
}

Result<std::vector<Questionnaire>> list_questionnaires(Transaction& transaction,
                                                       const StudyId& study) {
  TRY(find_study(transaction, study));
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          cat(kSelectQuestionnaires, "WHERE q.study_id = ? ORDER BY q.created, q.id"), study));
  std::vector<Questionnaire> questionnaires;
  for (const SqlRow& row : rows) questionnaires.push_back(questionnaire_of(row));
  return questionnaires;
}

Result<Questionnaire> find_questionnaire(Transaction& transaction, const QuestionnaireId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectQuestionnaires, "WHERE q.id = ?"), id));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no questionnaire ", id.value);
  return questionnaire_of(rows.front());
}

Result<Questionnaire> find_questionnaire_version(Transaction& transaction,
                                                 const QuestionnaireId& id, std::int64_t version) {
  TRY_ASSIGN(Questionnaire found, find_questionnaire(transaction, id));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT definition FROM questionnaire_versions "
                                 "WHERE questionnaire_id = ? AND version = ?",
                                 id, version));
  if (rows.empty()) {
    return error(ErrorCode::NotFound, "questionnaire ", id.value, " has no version ", version);
  }
  found.version = version;
  found.definition = parse_json(rows.front().text(0)).value_or(Json::object());
  return found;
}

Result<Questionnaire> create_questionnaire(Transaction& transaction, const StudyId& study,
                                           const QuestionnaireChange& fields) {
  TRY(refuse_ended(transaction, study));
  const Questionnaire made{.id = {transaction.new_id()},
                           .study_id = study,
                           .due = fields.due.value_or(QuestionnaireDue::AtOnce),
                           .due_after = fields.due_after.value_or(0),
                           .created = transaction.now(),
                           .definition = fields.definition.value_or(Json::object())};
  TRY(check_due(made.due, made.due_after));
  TRY_ASSIGN(const SqlRows present,
             transaction.execute("SELECT count(*) FROM questionnaires WHERE study_id = ?", study));
  if (present.front().integer(0) >= static_cast<std::int64_t>(kMaxQuestionnaires)) {
    return error(ErrorCode::Exhausted, "the study has ", kMaxQuestionnaires,
                 " questionnaires already");
  }
  TRY(transaction.execute(
      "INSERT INTO questionnaires (id, study_id, version, due, due_after, created) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      made.id, study, made.version, questionnaire_due_name(made.due), made.due_after,
      made.created));
  TRY(write_definition(transaction, made));
  return made;
}

Result<Questionnaire> update_questionnaire(Transaction& transaction, const QuestionnaireId& id,
                                           const QuestionnaireChange& change) {
  TRY_ASSIGN(Questionnaire questionnaire, find_questionnaire(transaction, id));
  TRY(refuse_ended(transaction, questionnaire.study_id));
  if (change.due) questionnaire.due = *change.due;
  if (change.due_after) questionnaire.due_after = *change.due_after;
  TRY(check_due(questionnaire.due, questionnaire.due_after));
  if (change.definition && *change.definition != questionnaire.definition) {
    TRY_ASSIGN(const bool keeps_version, is_answered(transaction, questionnaire));
    questionnaire.version += keeps_version ? 1 : 0;
    questionnaire.definition = *change.definition;
    TRY(write_definition(transaction, questionnaire));
  }
  TRY(transaction.execute(
      "UPDATE questionnaires SET version = ?, due = ?, due_after = ? WHERE id = ?",
      questionnaire.version, questionnaire_due_name(questionnaire.due), questionnaire.due_after,
      id));
  return questionnaire;
}

Status delete_questionnaire(Transaction& transaction, const QuestionnaireId& id) {
  TRY_ASSIGN(const Questionnaire questionnaire, find_questionnaire(transaction, id));
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, questionnaire.study_id));
  if (study.state != StudyState::Draft && questionnaire.num_submitted > 0) {
    return error(ErrorCode::PermissionDenied,
                 "people have answered this questionnaire: it goes with its study");
  }
  TRY(transaction.execute("DELETE FROM questionnaires WHERE id = ?", id));
  return {};
}

Result<std::optional<QuestionnaireResponse>> find_response(Transaction& transaction,
                                                           const QuestionnaireId& id,
                                                           const ParticipantId& participant) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 cat(kSelectResponses, "WHERE r.questionnaire_id = ? AND r.participant_id = ?"), id,
                 participant));
  if (rows.empty()) return std::optional<QuestionnaireResponse>();
  return std::optional(response_of(rows.front()));
}

Result<QuestionnaireResponse> save_response(Transaction& transaction,
                                            QuestionnaireResponse response, Submission submission) {
  TRY_ASSIGN(const auto before,
             find_response(transaction, response.questionnaire_id, response.participant_id));
  if (before && before->submitted) {
    return error(ErrorCode::AlreadyExists, "this questionnaire was answered already");
  }
  response.changed = transaction.now();
  response.submitted = std::nullopt;
  if (submission == Submission::Final) response.submitted = transaction.now();
  TRY(transaction.execute(
      "INSERT INTO questionnaire_responses (questionnaire_id, participant_id, version, answers, "
      "changed, submitted) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (questionnaire_id, "
      "participant_id) DO UPDATE SET version = excluded.version, answers = excluded.answers, "
      "changed = excluded.changed, submitted = excluded.submitted",
      response.questionnaire_id, response.participant_id, response.version,
      to_text(response.answers), response.changed, response.submitted));
  return response;
}

Result<std::vector<QuestionnaireResponse>> list_responses(Transaction& transaction,
                                                          const StudyId& study) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectResponses,
                                     "JOIN questionnaires q ON q.id = r.questionnaire_id "
                                     "WHERE q.study_id = ? AND r.submitted IS NOT NULL "
                                     "ORDER BY r.questionnaire_id, r.participant_id"),
                                 study));
  std::vector<QuestionnaireResponse> responses;
  for (const SqlRow& row : rows) responses.push_back(response_of(row));
  return responses;
}

}  // namespace falconet
