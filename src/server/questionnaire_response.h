// A questionnaire before somebody who fills it in, with an account or without.
#pragma once

#include "server/app_call.h"
#include "store/participants.h"

namespace falconet {

// What a page of answers may weigh: a hundred long texts do not fit, and nobody writes them.
constexpr std::size_t kMaxAnswersBytes = 512u << 10;

/// The definition in the version that they have begun with, and what they have answered.
Result<Json> response_json(Transaction& transaction, const Participant& participant,
                           const QuestionnaireId& id);

/// Saves {"answers": {…}, "submit": bool}. Errors: InvalidArgument naming each question,
/// AlreadyExists (submitted before), PermissionDenied (not to be answered now).
Result<Json> put_response(Transaction& transaction, const Participant& participant,
                          const QuestionnaireId& id, const std::string& body);

/// Whether a participant is asked now, after so many chats; `activity`: since they agreed.
bool is_due(QuestionnaireDue due, std::int64_t due_after, const StudyRecord& study,
            const ParticipantActivity& activity);

}  // namespace falconet
