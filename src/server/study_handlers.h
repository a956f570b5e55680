// The handlers of studies: /api/feedback/… is for researchers, /api/app/… for those who take part.
// docs/api.md says what each takes and gives.
#pragma once

#include "server/app_call.h"

namespace falconet {

Result<HttpResponse> get_studies(AppCall& call);
Result<HttpResponse> post_study(AppCall& call);
Result<HttpResponse> get_study(AppCall& call);
Result<HttpResponse> patch_study(AppCall& call);
Result<HttpResponse> remove_study(AppCall& call);
Result<HttpResponse> post_study_start(AppCall& call);
Result<HttpResponse> post_study_end(AppCall& call);
Result<HttpResponse> put_consent_text(AppCall& call);
Result<HttpResponse> get_study_protocol(AppCall& call);

Result<HttpResponse> get_study_progress(AppCall& call);
Result<HttpResponse> get_study_participants(AppCall& call);
Result<HttpResponse> get_study_links(AppCall& call);
Result<HttpResponse> post_study_link(AppCall& call);
Result<HttpResponse> remove_study_link(AppCall& call);

Result<HttpResponse> get_questionnaires(AppCall& call);
Result<HttpResponse> post_questionnaire(AppCall& call);
Result<HttpResponse> patch_questionnaire(AppCall& call);
Result<HttpResponse> remove_questionnaire(AppCall& call);
Result<HttpResponse> get_questionnaire_answers(AppCall& call);
Result<HttpResponse> get_questionnaire_templates(AppCall& call);

Result<HttpResponse> get_interview_guide(AppCall& call);
Result<HttpResponse> put_interview_guide(AppCall& call);

Result<HttpResponse> get_participations(AppCall& call);
Result<HttpResponse> post_participation(AppCall& call);
Result<HttpResponse> patch_participation(AppCall& call);
Result<HttpResponse> remove_participation(AppCall& call);
Result<HttpResponse> get_questionnaire(AppCall& call);
Result<HttpResponse> put_questionnaire(AppCall& call);
Result<HttpResponse> get_chat_interview(AppCall& call);
Result<HttpResponse> post_chat_interview(AppCall& call);
Result<HttpResponse> post_interview_turn(AppCall& call);

Result<HttpResponse> get_study_invitation(AppCall& call);
Result<HttpResponse> post_respondent(AppCall& call);
Result<HttpResponse> get_respondent(AppCall& call);
Result<HttpResponse> put_respondent(AppCall& call);
Result<HttpResponse> remove_respondent(AppCall& call);

}  // namespace falconet
