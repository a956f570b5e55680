// What another user gets from the endpoints of studies (other_users_test.cpp).
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace falconet {

/// A study of somebody's, and their part in it.
struct StudyBelongings {
  std::string study = {};
  std::string link = {};
  std::string questionnaire = {};
  std::string participation = {};
};

struct StudyRoute {
  std::string route = {};  // as in all_routes()
  std::string path = {};
  bool shows_own_alone = false;  // otherwise it is refused
  Json body = nullptr;
};

inline std::vector<StudyRoute> researchers_study_routes(const StudyBelongings& hers) {
  const std::string studies = "/api/feedback/studies";
  const std::string study = studies + "/" + hers.study;
  const std::string questionnaire = "/api/feedback/questionnaires/" + hers.questionnaire;
  const Json consent = {{"text_en", "x"}, {"text_zh", "y"}, {"scopes", Json::array()}};
  return {
      {"GET /api/feedback/studies", studies},
      {"POST /api/feedback/studies", studies, false, {{"name", "x"}}},
      {"GET /api/feedback/studies/ID", study},
      {"PATCH /api/feedback/studies/ID", study, false, {{"is_open", true}}},
      {"DELETE /api/feedback/studies/ID", study},
      {"POST /api/feedback/studies/ID/start", study + "/start"},
      {"POST /api/feedback/studies/ID/end", study + "/end"},
      {"PUT /api/feedback/studies/ID/consent", study + "/consent", false, consent},
      {"GET /api/feedback/studies/ID/protocol", study + "/protocol"},
      {"GET /api/feedback/studies/ID/progress", study + "/progress"},
      {"GET /api/feedback/studies/ID/participants", study + "/participants"},
      {"GET /api/feedback/studies/ID/links", study + "/links"},
      {"POST /api/feedback/studies/ID/links", study + "/links", false, {{"max_uses", 1}}},
      {"DELETE /api/feedback/study-links/ID", "/api/feedback/study-links/" + hers.link},
      {"GET /api/feedback/studies/ID/questionnaires", study + "/questionnaires"},
      {"POST /api/feedback/studies/ID/questionnaires", study + "/questionnaires"},
      {"PATCH /api/feedback/questionnaires/ID", questionnaire, false, {{"due", "at_end"}}},
      {"DELETE /api/feedback/questionnaires/ID", questionnaire},
      {"GET /api/feedback/questionnaires/ID/answers", questionnaire + "/answers"},
      {"GET /api/feedback/questionnaire-templates", "/api/feedback/questionnaire-templates"},
      {"GET /api/feedback/studies/ID/interview-guide", study + "/interview-guide"},
      {"PUT /api/feedback/studies/ID/interview-guide",
       study + "/interview-guide",
       false,
       {{"is_offered", false}}},
      {"GET /api/feedback/analysis", "/api/feedback/analysis?study=" + hers.study},
      {"GET /api/feedback/report", "/api/feedback/report?study=" + hers.study},
  };
}

inline std::vector<StudyRoute> participants_study_routes(const StudyBelongings& hers) {
  const std::string participation = "/participations/" + hers.participation;
  const std::string questionnaire = "/questionnaires/" + hers.questionnaire;
  const Json joining = {{"study_id", hers.study}, {"locale", "en"}, {"consent_version", 1}};
  const Json allowed = {{"consent_version", 1}, {"scopes", Json::array()}};
  const Json answers = {{"answers", {{"recommend", 1}}}, {"submit", true}};
  // By ids, which are no secrets: only the token of a link opens it, and only a secret an answer.
  return {
      {"GET /api/app/participations", "/participations", true},
      {"POST /api/app/participations", "/participations", false, joining},
      {"PATCH /api/app/participations/ID", participation, false, allowed},
      {"DELETE /api/app/participations/ID", participation},
      {"GET /api/app/participations/ID/interview", participation + "/interview"},
      {"POST /api/app/participations/ID/interview",
       participation + "/interview",
       false,
       {{"locale", "en"}}},
      {"POST /api/app/participations/ID/interview/turns",
       participation + "/interview/turns",
       false,
       {{"turn", 1}, {"text", "x"}}},
      {"GET /api/app/questionnaires/ID", questionnaire},
      {"PUT /api/app/questionnaires/ID", questionnaire, false, answers},
      {"GET /api/app/study-links/ID", "/study-links/" + hers.link},
      {"POST /api/app/study-links/ID/respondents", "/study-links/" + hers.link + "/respondents",
       false, joining},
      {"GET /api/app/respondents/ID", "/respondents/" + hers.participation},
      {"PUT /api/app/respondents/ID", "/respondents/" + hers.participation, false, answers},
      {"DELETE /api/app/respondents/ID", "/respondents/" + hers.participation},
  };
}

}  // namespace falconet
