// What people said and did on this server, as the records of a study.
#pragma once

#include "base/result.h"
#include "feedback/records.h"
#include "store/comparisons.h"
#include "store/store.h"

namespace falconet {

/// Every user with an answer is a participant under a pseudonym, in the segment of their first
/// group. Temporary chats stay out, and no message's text is in it: of a question only its
/// language, of a rating its comment, which was written for whoever runs the server. Errors: those
/// of execute().
Result<FeedbackRecords> live_records(Transaction& transaction);

/// A pair of answers as a study's record.
StudyComparison comparison_record(const ComparedPair& pair);

/// The same for the same user, and no way back to the id.
std::string pseudonym_of(std::string_view user_id);

}  // namespace falconet
