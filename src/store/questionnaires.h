// Questionnaires of a study, by version, and what people answered. What a definition and an answer
// look like is for feedback/questionnaire_definition.h to say.
#pragma once

#include "store/studies.h"

namespace falconet {

using QuestionnaireId = RecordId<struct QuestionnaireTag>;

constexpr std::size_t kMaxQuestionnaires = 50;  // of a study

/// When a participant is asked to fill it in.
enum class QuestionnaireDue {
  AtOnce,
  AfterChats,       // so many conversations in which a model answered
  AfterFirstError,  // an answer that failed
  AtEnd,            // when the study has ended
  ByLink,           // of who follows a link to it, without an account
};

/// "at_once", "after_chats", …
const char* questionnaire_due_name(QuestionnaireDue due);
/// Errors: InvalidArgument "due: …".
Result<QuestionnaireDue> questionnaire_due_of(std::string_view name);

/// Errors: InvalidArgument "due_after: …".
Status check_due(QuestionnaireDue due, std::int64_t due_after);

/// Errors: NotFound, PermissionDenied (what a study that has ended asked is fixed).
Status refuse_ended(Transaction& transaction, const StudyId& id);

struct Questionnaire {
  QuestionnaireId id = {};
  StudyId study_id = {};
  std::int64_t version = 1;  // of the definition
  QuestionnaireDue due = QuestionnaireDue::AtOnce;
  std::int64_t due_after = 0;  // chats
  std::int64_t created = 0;
  Json definition = Json::object();
  std::int64_t num_submitted = 0;  // by those who have not withdrawn
};

struct QuestionnaireChange {
  std::optional<Json> definition = {};
  std::optional<QuestionnaireDue> due = {};
  std::optional<std::int64_t> due_after = {};
};

/// In the order in which they were made.
Result<std::vector<Questionnaire>> list_questionnaires(Transaction& transaction,
                                                       const StudyId& study);

/// Errors: NotFound, so all that follow with an id.
Result<Questionnaire> find_questionnaire(Transaction& transaction, const QuestionnaireId& id);

/// As it was in a version that somebody has begun to answer.
Result<Questionnaire> find_questionnaire_version(Transaction& transaction,
                                                 const QuestionnaireId& id, std::int64_t version);

/// Errors: NotFound, InvalidArgument, Exhausted, PermissionDenied (the study has ended).
Result<Questionnaire> create_questionnaire(Transaction& transaction, const StudyId& study,
                                           const QuestionnaireChange& fields);

/// A definition that nobody has answered yet is written over; otherwise it gets the next version,
/// and who has begun with the earlier one goes on with that.
/// Errors: InvalidArgument, PermissionDenied (the study has ended).
Result<Questionnaire> update_questionnaire(Transaction& transaction, const QuestionnaireId& id,
                                           const QuestionnaireChange& change);

/// With all answers. Errors: PermissionDenied (the study is no draft and somebody has answered).
Status delete_questionnaire(Transaction& transaction, const QuestionnaireId& id);

/// What one participant has answered, submitted or not.
struct QuestionnaireResponse {
  QuestionnaireId questionnaire_id = {};
  ParticipantId participant_id = {};
  std::int64_t version = 1;
  Json answers = Json::object();  // question id -> answer
  std::int64_t changed = 0;
  std::optional<std::int64_t> submitted = {};  // nothing: they are still at it
};

Result<std::optional<QuestionnaireResponse>> find_response(Transaction& transaction,
                                                           const QuestionnaireId& id,
                                                           const ParticipantId& participant);

enum class Submission { Draft, Final };

/// One response a participant: saved as often as they like, submitted once.
/// Errors: AlreadyExists (it was submitted before).
Result<QuestionnaireResponse> save_response(Transaction& transaction,
                                            QuestionnaireResponse response, Submission submission);

/// Those that were submitted in a study by people who have not withdrawn, by questionnaire and
/// participant.
Result<std::vector<QuestionnaireResponse>> list_responses(Transaction& transaction,
                                                          const StudyId& study);

}  // namespace falconet
