#include "server/questionnaire_response.h"

#include "feedback/questionnaire_answers.h"
#include "server/request_fields.h"
#include "server/study_json.h"

namespace falconet {
namespace {

struct SentAnswers {
  Json answers = Json::object();
  bool is_final = false;
};

Result<SentAnswers> read_sent_answers(const std::string& body) {
  if (body.size() > kMaxAnswersBytes) {
    return error(ErrorCode::InvalidArgument, "answers: at most ", kMaxAnswersBytes,
                 " bytes, found ", body.size());
  }
  TRY_ASSIGN(const Json json, parse_json(body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(json));
  SentAnswers sent;
  if (const Json* answers = fields.find("answers")) sent.answers = *answers;
  TRY(fields.read("submit", sent.is_final));
  return sent;
}

/// In the version that the participant has begun with. Errors: NotFound, also for another study's.
Result<Questionnaire> questionnaire_before(Transaction& transaction, const Participant& participant,
                                           const QuestionnaireId& id,
                                           const std::optional<QuestionnaireResponse>& begun) {
  TRY_ASSIGN(Questionnaire asked, begun
                                      ? find_questionnaire_version(transaction, id, begun->version)
                                      : find_questionnaire(transaction, id));
  if (asked.study_id == participant.study_id) return asked;
  return error(ErrorCode::NotFound, "there is no questionnaire ", id.value);
}

}  // namespace

Result<Json> response_json(Transaction& transaction, const Participant& participant,
                           const QuestionnaireId& id) {
  TRY_ASSIGN(const auto begun, find_response(transaction, id, participant.id));
  TRY_ASSIGN(const Questionnaire asked, questionnaire_before(transaction, participant, id, begun));
  return Json{{"id", id.value},
              {"version", asked.version},
              {"definition", asked.definition},
              {"answers", begun ? begun->answers : Json::object()},
              {"submitted", begun ? time_json(begun->submitted) : Json()}};
}

Result<Json> put_response(Transaction& transaction, const Participant& participant,
                          const QuestionnaireId& id, const std::string& body) {
  TRY_ASSIGN(const SentAnswers sent, read_sent_answers(body));
  TRY_ASSIGN(const auto begun, find_response(transaction, id, participant.id));
  TRY_ASSIGN(const Questionnaire asked, questionnaire_before(transaction, participant, id, begun));
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, participant.study_id));
  if (study.state == StudyState::Ended && asked.due != QuestionnaireDue::AtEnd) {
    return error(ErrorCode::PermissionDenied, "the study has ended");
  }
  TRY_ASSIGN(const QuestionnaireDefinition definition, read_definition(asked.definition));
  const ResponseCheck check = sent.is_final ? ResponseCheck::Complete : ResponseCheck::Draft;
  TRY_ASSIGN(Json answers, checked_answers(definition, sent.answers, check));
  TRY(save_response(transaction,
                    {.questionnaire_id = id,
                     .participant_id = participant.id,
                     .version = asked.version,
                     .answers = std::move(answers)},
                    sent.is_final ? Submission::Final : Submission::Draft));
  return response_json(transaction, participant, id);
}

bool is_due(QuestionnaireDue due, std::int64_t due_after, const StudyRecord& study,
            const ParticipantActivity& activity) {
  const bool has_ended = study.state == StudyState::Ended;
  switch (due) {
    case QuestionnaireDue::AtOnce: return !has_ended;
    case QuestionnaireDue::AfterChats: return !has_ended && activity.num_chats >= due_after;
    case QuestionnaireDue::AfterFirstError: return !has_ended && activity.has_seen_error;
    case QuestionnaireDue::AtEnd: return has_ended;
    case QuestionnaireDue::ByLink: return false;
  }
  return false;
}

}  // namespace falconet
