// /api/app/participations and /api/app/questionnaires: taking part in studies, with an account.
#include "server/chat_interview.h"
#include "server/credentials.h"
#include "server/questionnaire_response.h"
#include "server/request_fields.h"
#include "server/study_handlers.h"
#include "server/study_json.h"

namespace falconet {
namespace {

/// {"id","title","num_questions","submitted","has_begun"}
Result<Json> waiting_json(Transaction& transaction, const Participant& participant,
                          const Questionnaire& asked) {
  TRY_ASSIGN(const auto response, find_response(transaction, asked.id, participant.id));
  const Json* title = find_member(asked.definition, "title");
  const Json* questions = find_member(asked.definition, "questions");
  return Json{{"id", asked.id.value},
              {"title", title != nullptr ? *title : Json()},
              {"num_questions", questions != nullptr ? questions->size() : 0},
              {"has_begun", response.has_value()},
              {"submitted", response ? time_json(response->submitted) : Json()}};
}

/// What a participant is asked for now, and what they have answered.
Result<Json> questionnaires_json(Transaction& transaction, const Participant& participant,
                                 const StudyRecord& study, const ParticipantActivity& activity) {
  TRY_ASSIGN(const auto all, list_questionnaires(transaction, study.id));
  Json list = Json::array();
  for (const Questionnaire& asked : all) {
    TRY_ASSIGN(Json waiting, waiting_json(transaction, participant, asked));
    const bool has_answered = !waiting["submitted"].is_null();
    const bool is_asked_now = is_due(asked.due, asked.due_after, study, activity);
    if (has_answered || is_asked_now) list.push_back(std::move(waiting));
  }
  return list;
}

Result<Json> whole_participation(Transaction& transaction, const Participant& participant,
                                 const UserId& user) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, participant.study_id));
  TRY_ASSIGN(const auto consent, consent_text_of(transaction, study.id));
  Json json = participation_json(participant);
  json["study"] = study_invitation_json(study, consent.value_or(ConsentText()));
  TRY_ASSIGN(const ParticipantActivity activity,
             activity_of(transaction, user, participant.consented));
  TRY_ASSIGN(json["questionnaires"],
             questionnaires_json(transaction, participant, study, activity));
  TRY_ASSIGN(json["interview"], offered_interview_json(transaction, participant, study, activity));
  return json;
}

struct JoinRequest {
  NewParticipant joining = {};
  std::string token = {};  // of a link; empty: from the page
};

Result<JoinRequest> read_join(const AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  JoinRequest request{.joining = {.user = call.user.id}};
  TRY(fields.read("study_id", request.joining.study_id.value));
  TRY(fields.read("token", request.token));
  TRY(fields.read("segment", request.joining.segment));
  TRY(fields.read("locale", request.joining.locale));
  TRY(fields.read("consent_version", request.joining.consent_version));
  TRY(fields.read("scopes", request.joining.scopes));
  return request;
}

/// Errors: NotFound for a link that is for those without an account.
Result<StudyLink> link_for_accounts(Transaction& transaction, const std::string& token) {
  TRY_ASSIGN(const StudyLink link, find_study_link(transaction, secret_digest(token)));
  if (!link.questionnaire_id) return link;
  return error(ErrorCode::NotFound, "this link is for answering without an account");
}

}  // namespace

Result<HttpResponse> get_participations(AppCall& call) {
  return call.app.store().read([&](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const auto mine, participations_of(transaction, call.user.id));
    TRY_ASSIGN(const auto open, studies_to_join(transaction, call.user.id));
    Json participations = Json::array();
    for (const Participant& participant : mine) {
      TRY_ASSIGN(Json json, whole_participation(transaction, participant, call.user.id));
      participations.push_back(std::move(json));
    }
    Json studies = Json::array();
    for (const StudyRecord& study : open) {
      TRY_ASSIGN(const auto consent, consent_text_of(transaction, study.id));
      if (consent) studies.push_back(study_invitation_json(study, *consent));
    }
    return app_response(
        {{"participations", std::move(participations)}, {"open", std::move(studies)}});
  });
}

Result<HttpResponse> post_participation(AppCall& call) {
  TRY_ASSIGN(JoinRequest request, read_join(call));
  TRY_ASSIGN(const Json joined,
             call.app.store().write([&](Transaction& transaction) -> Result<Json> {
               std::optional<StudyLink> link;
               if (!request.token.empty()) {
                 TRY_ASSIGN(link, link_for_accounts(transaction, request.token));
                 request.joining.study_id = link->study_id;
               }
               TRY_ASSIGN(const Participant made, join_study(transaction, request.joining, link));
               return whole_participation(transaction, made, call.user.id);
             }));
  return app_response(joined, 201);
}

Result<HttpResponse> patch_participation(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::int64_t version = 0;
  std::vector<std::string> scopes;
  TRY(fields.read("consent_version", version));
  TRY(fields.read("scopes", scopes));
  TRY_ASSIGN(const Json changed,
             call.app.store().write([&](Transaction& transaction) -> Result<Json> {
               TRY_ASSIGN(const Participant participant,
                          find_participation(transaction, call.user.id, ParticipantId{call.id}));
               TRY_ASSIGN(const Participant after,
                          change_consent(transaction, participant, version, scopes));
               return whole_participation(transaction, after, call.user.id);
             }));
  return app_response(changed);
}

Result<HttpResponse> remove_participation(AppCall& call) {
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Participant participant,
               find_participation(transaction, call.user.id, ParticipantId{call.id}));
    return withdraw_from_study(transaction, participant);
  });
  if (!written) return written.error();
  return no_content();
}

Result<HttpResponse> get_questionnaire(AppCall& call) {
  TRY_ASSIGN(const Json json, call.app.store().read([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Questionnaire asked, find_questionnaire(transaction, {call.id}));
    TRY_ASSIGN(const Participant participant,
               find_participation(transaction, call.user.id, asked.study_id));
    return response_json(transaction, participant, asked.id);
  }));
  return app_response(json);
}

Result<HttpResponse> put_questionnaire(AppCall& call) {
  TRY_ASSIGN(const Json json, call.app.store().write([&](Transaction& transaction) -> Result<Json> {
    TRY_ASSIGN(const Questionnaire asked, find_questionnaire(transaction, {call.id}));
    TRY_ASSIGN(const Participant participant,
               find_participation(transaction, call.user.id, asked.study_id));
    return put_response(transaction, participant, asked.id, call.request.body);
  }));
  return app_response(json);
}

}  // namespace falconet
