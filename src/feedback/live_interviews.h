// Interviews that were uploaded to this server or asked in its chat, as records of a study.
#pragma once

#include "feedback/records.h"
#include "store/interviews.h"

namespace falconet {

/// Adds utterances, and a participant for whoever has none yet. Interviews of people who no longer
/// consent stay out; one that was asked in the chat stands under its giver's pseudonym here, not
/// that in the study. Errors: those of execute().
Status add_live_interviews(Transaction& transaction, FeedbackRecords& records);

/// Adds what a study asked in the chat, under its own pseudonyms, as far as its participants allow
/// it. Errors: those of execute().
Status add_study_interviews(Transaction& transaction, const StudyId& study,
                            FeedbackRecords& records);

/// Whose pseudonym it is, if anybody's who has an account here.
Result<std::optional<UserId>> user_of_pseudonym(Transaction& transaction,
                                                std::string_view pseudonym);

}  // namespace falconet
