// Interviews that were uploaded to this server, as records of a study.
#pragma once

#include "feedback/records.h"
#include "store/interviews.h"

namespace falconet {

/// Adds utterances, and a participant for whoever has none yet. Interviews of people who no longer
/// consent stay out. Errors: those of execute().
Status add_live_interviews(Transaction& transaction, FeedbackRecords& records);

/// Whose pseudonym it is, if anybody's who has an account here.
Result<std::optional<UserId>> user_of_pseudonym(Transaction& transaction,
                                                std::string_view pseudonym);

}  // namespace falconet
