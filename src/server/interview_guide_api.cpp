// /api/feedback/studies/ID/interview-guide: by what a study interviews in the chat. For
// researchers.
#include "feedback/interview_guide.h"
#include "feedback/interview_guide_template.h"
#include "server/request_fields.h"
#include "server/study_handlers.h"
#include "store/interview_guides.h"

namespace falconet {
namespace {

Json study_guide_json(const StudyGuide& guide) {
  return {{"version", guide.version},
          {"is_offered", guide.is_offered},
          {"due", questionnaire_due_name(guide.due)},
          {"due_after", guide.due_after},
          {"changed", guide.changed},
          {"num_begun", guide.num_begun},
          {"num_ended", guide.num_ended},
          {"definition", guide.definition}};
}

/// With a guide to begin with.
Json guide_answer_json(const std::optional<StudyGuide>& guide) {
  return {{"guide", guide ? study_guide_json(*guide) : Json()}, {"template", model_study_guide()}};
}

Result<StudyGuideChange> read_guide_change(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  StudyGuideChange change;
  std::optional<std::string> due;
  TRY(fields.read("is_offered", change.is_offered));
  TRY(fields.read("due", due));
  TRY(fields.read("due_after", change.due_after));
  if (due) {
    TRY_ASSIGN(change.due, questionnaire_due_of(*due));
  }
  if (const Json* definition = fields.find("definition")) {
    TRY(read_interview_guide(*definition));
    change.definition = *definition;
  }
  return change;
}

}  // namespace

Result<HttpResponse> get_interview_guide(AppCall& call) {
  TRY_ASSIGN(const auto guide, call.app.store().read([&](Transaction& transaction) {
    return find_study_guide(transaction, {call.id});
  }));
  return app_response(guide_answer_json(guide));
}

Result<HttpResponse> put_interview_guide(AppCall& call) {
  TRY_ASSIGN(const StudyGuideChange change, read_guide_change(call.request.body));
  TRY_ASSIGN(const StudyGuide guide, call.app.store().write([&](Transaction& transaction) {
    return change_study_guide(transaction, {call.id}, change);
  }));
  return app_response(guide_answer_json(guide));
}

}  // namespace falconet
