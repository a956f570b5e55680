// Interviews that participants give in the chat: where each stands. What was said in them lies in
// ordinary interviews (store/interviews.h); what is asked next is for feedback/interview_guide.h to
// say.
#pragma once

#include "store/interviews.h"

namespace falconet {

struct ChatInterview {
  InterviewId id = {};
  std::string locale = {};         // "en", "zh": in which it is asked
  std::int64_t guide_version = 0;  // of the guide…
  Json guide = Json::object();     // …as it was when they began
  std::int64_t question = 0;       // what is being asked: GuidePosition
  std::int64_t next_probe = 0;
  std::int64_t num_probes = 0;
  std::int64_t turn = 0;                   // the number of the utterance that waits for an answer
  std::optional<std::int64_t> ended = {};  // nothing: it goes on
  std::int64_t begun = 0;
};

/// Nothing while they have not begun.
Result<std::optional<ChatInterview>> find_chat_interview(Transaction& transaction,
                                                         const ParticipantId& participant);

/// The interview must have been created for a participant; it begins with so many utterances, the
/// last of which waits for an answer. Errors: those of execute().
Result<ChatInterview> begin_chat_interview(Transaction& transaction, ChatInterview begun,
                                           const Interview& interview);

/// What is said after the turn that waited, and where the interview stands then; the last utterance
/// is the one that waits now, unless it has ended. Errors: those of execute().
Result<ChatInterview> continue_chat_interview(Transaction& transaction, ChatInterview after,
                                              const std::vector<NewUtterance>& said);

}  // namespace falconet
