// The guide by which a study interviews its participants in the chat, one a study. What a
// definition looks like is for feedback/interview_guide.h to say.
#pragma once

#include "store/questionnaires.h"

namespace falconet {

struct StudyGuide {
  StudyId study_id = {};
  std::int64_t version = 0;  // of the definition; every change of it makes the next one
  bool is_offered = false;   // to participants who allow an interview…
  QuestionnaireDue due = QuestionnaireDue::AtOnce;  // …from then on; not ByLink
  std::int64_t due_after = 0;                       // chats
  Json definition = Json::object();
  std::int64_t changed = 0;
  std::int64_t num_begun = 0;  // interviews of those who have not withdrawn…
  std::int64_t num_ended = 0;  // …and those of them that came to their end
};

struct StudyGuideChange {
  std::optional<Json> definition = {};
  std::optional<bool> is_offered = {};
  std::optional<QuestionnaireDue> due = {};
  std::optional<std::int64_t> due_after = {};
};

/// Nothing while nobody has written one. Errors: NotFound (the study).
Result<std::optional<StudyGuide>> find_study_guide(Transaction& transaction, const StudyId& study);

/// Makes the guide or changes it. Who has begun an interview goes on with the guide as it was then.
/// Errors: NotFound, InvalidArgument (due, due_after, a new one without a definition),
/// PermissionDenied (the study has ended).
Result<StudyGuide> change_study_guide(Transaction& transaction, const StudyId& study,
                                      const StudyGuideChange& change);

}  // namespace falconet
