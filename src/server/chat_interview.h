// An interview in the chat before the participant who gives it: asked by the study's guide, one
// turn at a time, each stored before it is answered.
#pragma once

#include "server/app_call.h"
#include "store/participants.h"

namespace falconet {

// More than anybody types in a chat; as much as a long answer of a questionnaire.
constexpr std::size_t kMaxInterviewAnswerBytes = 20'000;

/// {"num_questions","has_begun","ended"}, or null if there is none for this participant now;
/// `activity`: since they agreed.
Result<Json> offered_interview_json(Transaction& transaction, const Participant& participant,
                                    const StudyRecord& study, const ParticipantActivity& activity);

/// The interview with all that was said, or what it will be about. Errors: NotFound (none is
/// offered), PermissionDenied (they do not allow one); so too below.
Result<Json> chat_interview_json(Transaction& transaction, const Participant& participant,
                                 const UserId& user);

/// Asks the first question, in the language of {"locale": "en" or "zh"}; who has begun goes on.
Result<Json> begin_interview(Transaction& transaction, const Participant& participant,
                             const UserId& user, const std::string& body);

/// Takes {"turn", "text"} or {"turn", "skip": true}, and asks what comes next. A turn that was
/// taken before with the same words changes nothing. Errors: InvalidArgument, AlreadyExists (it was
/// taken with other words).
Result<Json> answer_interview(Transaction& transaction, const Participant& participant,
                              const UserId& user, const std::string& body);

/// What was said, for its giver's own eyes; nothing while they have not begun.
Result<Json> interview_turns_json(Transaction& transaction, const Participant& participant);

}  // namespace falconet
