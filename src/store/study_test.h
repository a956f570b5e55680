// What the store's tests of studies share.
#pragma once

#include "store/participants.h"
#include "store/store_test.h"

namespace falconet {

class StudyStoreTest : public StoreTest {
 protected:
  StudyRecord new_study(StudyChange fields = {}) {
    clock.milliseconds += 1000;
    if (!fields.name) fields.name = "Is it enough?";
    if (!fields.segments) fields.segments = std::vector<SegmentTarget>{{"leads", 8}, {"others", 3}};
    return write([&](Transaction& t) { return create_study(t, fields); });
  }

  ConsentText consent(const StudyRecord& study, const std::string& text = "We keep ratings.") {
    return write([&](Transaction& t) {
      return set_consent_text(t, study.id,
                              {.text_en = text,
                               .text_zh = "我们保存评分。",
                               .scopes = {kScopeRatingsAndLogs, kScopeQuotes}});
    });
  }

  StudyRecord started_study(StudyChange fields = {}) {
    const StudyRecord study = new_study(std::move(fields));
    consent(study);
    return write([&](Transaction& t) { return start_study(t, study.id, {"text", "digest"}); });
  }

  StudyLink new_link(const StudyRecord& study, NewStudyLink fields) {
    return write([&](Transaction& t) { return create_study_link(t, study.id, fields); });
  }

  static NewParticipant joining(const StudyRecord& study, const UserId& user) {
    return {.study_id = study.id,
            .user = user,
            .segment = "leads",
            .locale = "en",
            .consent_version = 1,
            .scopes = {kScopeRatingsAndLogs}};
  }

  Participant join(const StudyRecord& study, const UserId& user,
                   const std::optional<StudyLink>& link = {}) {
    return write([&](Transaction& t) { return join_study(t, joining(study, user), link); });
  }

  Questionnaire new_questionnaire(const StudyRecord& study, QuestionnaireChange fields = {}) {
    if (!fields.definition) fields.definition = Json{{"title", "First"}};
    return write([&](Transaction& t) { return create_questionnaire(t, study.id, fields); });
  }

  QuestionnaireResponse answer(const Questionnaire& asked, const Participant& participant,
                               Submission submission = Submission::Final) {
    return write([&](Transaction& t) {
      return save_response(t,
                           {.questionnaire_id = asked.id,
                            .participant_id = participant.id,
                            .version = asked.version,
                            .answers = {{"recommend", 9}}},
                           submission);
    });
  }
};

}  // namespace falconet
