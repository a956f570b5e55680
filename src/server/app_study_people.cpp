// /api/feedback/studies/ID: who takes part, and the links by which people come. For researchers,
// who see pseudonyms and never an account.
#include "server/credentials.h"
#include "server/request_fields.h"
#include "server/study_handlers.h"
#include "server/study_json.h"

namespace falconet {

Result<HttpResponse> get_study_progress(AppCall& call) {
  TRY_ASSIGN(const StudyProgress progress, call.app.store().read([&](Transaction& transaction) {
    return study_progress(transaction, {call.id});
  }));
  return app_response(study_progress_json(progress));
}

Result<HttpResponse> get_study_participants(AppCall& call) {
  return call.app.store().read([&](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const StudyRecord study, find_study(transaction, {call.id}));
    TRY_ASSIGN(const auto listed, list_participants(transaction, study));
    Json participants = Json::array();
    for (const ListedParticipant& each : listed) {
      participants.push_back(listed_participant_json(each));
    }
    return app_response({{"participants", std::move(participants)}});
  });
}

Result<HttpResponse> get_study_links(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([&](Transaction& transaction) {
    return list_study_links(transaction, {call.id});
  }));
  Json links = Json::array();
  for (const StudyLink& link : all) links.push_back(study_link_json(link));
  return app_response({{"links", std::move(links)}});
}

Result<HttpResponse> post_study_link(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  const std::string token = new_secret();
  NewStudyLink wanted{.token_digest = secret_digest(token)};
  std::optional<std::string> questionnaire;
  TRY(fields.read("segment", wanted.segment));
  TRY(fields.read("channel", wanted.channel));
  TRY(fields.read("questionnaire_id", questionnaire));
  TRY(fields.read("max_uses", wanted.max_uses));
  TRY(fields.read("expires", wanted.expires));
  if (questionnaire) wanted.questionnaire_id = QuestionnaireId{*questionnaire};
  TRY_ASSIGN(const StudyLink link, call.app.store().write([&](Transaction& transaction) {
    return create_study_link(transaction, {call.id}, wanted);
  }));
  // The one time that the token is told.
  Json json = study_link_json(link);
  json["path"] = "/join/" + token;
  return app_response({{"link", std::move(json)}}, 201);
}

Result<HttpResponse> remove_study_link(AppCall& call) {
  TRY(call.app.store().write(
      [&](Transaction& transaction) { return close_study_link(transaction, {call.id}); }));
  return no_content();
}

}  // namespace falconet
