// Questions that people have asked here, as items of a trial: those whose reader has said, by a
// thumb or by a better answer, what a right answer is, where a program can tell another right one.
#pragma once

#include <cstdint>
#include <vector>

#include "feedback/trial_items.h"
#include "store/store.h"

namespace falconet {

struct RecordedItems {
  std::vector<TrialItem> items = {};   // the newest first
  std::int64_t num_corrected = 0;      // of them: the reader wrote a better answer
  std::int64_t num_praised = 0;        // of them: the reader praised the answer
  std::int64_t num_without_check = 0;  // left out: no program can tell whether an answer is right
  std::int64_t num_with_files = 0;     // left out: what was attached is not a message
};

/// One item a question, `most` at most. Of people who consent to the use of their ratings and logs
/// (store/study_consent.h) alone, and of no temporary chat. A question comes with what stood before
/// it, as it was said, and its conversation's system prompt. Errors: those of execute().
Result<RecordedItems> recorded_trial_items(Transaction& transaction, std::size_t most);

}  // namespace falconet
