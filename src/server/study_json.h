// Studies, participants and questionnaires as the page sees them (docs/api.md).
#pragma once

#include "base/json.h"
#include "feedback/study_records.h"

namespace falconet {

Json study_json(const StudyRecord& study);
Json consent_text_json(const std::optional<ConsentText>& consent);
Json study_link_json(const StudyLink& link);
Json questionnaire_json(const Questionnaire& questionnaire);
Json listed_participant_json(const ListedParticipant& listed);
Json study_progress_json(const StudyProgress& progress);

/// What somebody reads before they agree to take part.
Json study_invitation_json(const StudyRecord& study, const ConsentText& consent);

/// What a participant has agreed to, for their own eyes.
Json participation_json(const Participant& participant);

/// The day in which a time lies: joining to the millisecond would tell who logged in then.
std::int64_t day_of(std::int64_t time);

Json time_json(const std::optional<std::int64_t>& time);

}  // namespace falconet
