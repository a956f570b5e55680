// What coders said of sampled answers on this server, as records of a study.
#pragma once

#include "feedback/records.h"
#include "store/store.h"

namespace falconet {

/// Adds rubrics and annotations of the answers that are in the records. Errors: those of execute().
Status add_live_annotations(Transaction& transaction, FeedbackRecords& records);

}  // namespace falconet
