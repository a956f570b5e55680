// /api/feedback/…questionnaires: what is asked, and what was answered. For researchers.
#include "feedback/questionnaire_definition.h"
#include "feedback/questionnaire_templates.h"
#include "server/request_fields.h"
#include "server/study_handlers.h"
#include "server/study_json.h"

namespace falconet {
namespace {

Result<QuestionnaireChange> read_questionnaire_change(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  QuestionnaireChange change;
  std::optional<std::string> due;
  TRY(fields.read("due", due));
  TRY(fields.read("due_after", change.due_after));
  if (due) {
    TRY_ASSIGN(change.due, questionnaire_due_of(*due));
  }
  if (const Json* definition = fields.find("definition")) {
    TRY(read_definition(*definition));
    change.definition = *definition;
  }
  return change;
}

}  // namespace

Result<HttpResponse> get_questionnaires(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([&](Transaction& transaction) {
    return list_questionnaires(transaction, {call.id});
  }));
  Json questionnaires = Json::array();
  for (const Questionnaire& each : all) questionnaires.push_back(questionnaire_json(each));
  return app_response({{"questionnaires", std::move(questionnaires)}});
}

Result<HttpResponse> post_questionnaire(AppCall& call) {
  TRY_ASSIGN(const QuestionnaireChange fields, read_questionnaire_change(call.request.body));
  if (!fields.definition) {
    return error(ErrorCode::InvalidArgument, "definition: expected an object");
  }
  TRY_ASSIGN(const Questionnaire made, call.app.store().write([&](Transaction& transaction) {
    return create_questionnaire(transaction, {call.id}, fields);
  }));
  return app_response(questionnaire_json(made), 201);
}

Result<HttpResponse> patch_questionnaire(AppCall& call) {
  TRY_ASSIGN(const QuestionnaireChange change, read_questionnaire_change(call.request.body));
  TRY_ASSIGN(const Questionnaire changed, call.app.store().write([&](Transaction& transaction) {
    return update_questionnaire(transaction, {call.id}, change);
  }));
  return app_response(questionnaire_json(changed));
}

Result<HttpResponse> remove_questionnaire(AppCall& call) {
  TRY(call.app.store().write(
      [&](Transaction& transaction) { return delete_questionnaire(transaction, {call.id}); }));
  return no_content();
}

Result<HttpResponse> get_questionnaire_answers(AppCall& call) {
  return call.app.store().read([&](Transaction& transaction) -> Result<HttpResponse> {
    TRY_ASSIGN(const Questionnaire asked, find_questionnaire(transaction, {call.id}));
    TRY_ASSIGN(const auto all, list_responses(transaction, asked.study_id));
    Json responses = Json::array();
    for (const QuestionnaireResponse& response : all) {
      if (response.questionnaire_id != asked.id) continue;
      responses.push_back({{"participant_id", response.participant_id.value},
                           {"version", response.version},
                           {"answers", response.answers}});
    }
    return app_response({{"responses", std::move(responses)}});
  });
}

Result<HttpResponse> get_questionnaire_templates(AppCall&) {
  Json templates = Json::array();
  for (const QuestionnaireTemplate& each : questionnaire_templates()) {
    templates.push_back({{"name", each.name}, {"definition", each.definition}});
  }
  return app_response({{"templates", std::move(templates)}});
}

}  // namespace falconet
