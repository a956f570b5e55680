// Forgetting: what was recorded about answers, and what studies gathered, once their time is over.
#pragma once

#include <string>

#include "store/store.h"

namespace falconet {

// Longer than anybody can promise; shorter than a day is no retention but a race.
constexpr std::int64_t kMaxRetentionDays = 36'500;

/// How many of each were deleted.
struct RetentionCounts {
  std::int64_t generations = 0;  // records of answers; what was answered stays in its chat
  std::int64_t ratings = 0;
  std::int64_t probes = 0;
  std::int64_t signals = 0;
  std::int64_t comparisons = 0;
  std::int64_t structured_answers = 0;     // over the API
  std::int64_t questionnaire_answers = 0;  // of studies whose time is over…
  std::int64_t interviews = 0;             // …interviews that they asked in the chat…
  std::int64_t participants = 0;           // …and people of them who can no longer be found

  std::int64_t total() const;
};

/// "12 records of answers, 3 ratings"; empty where nothing was.
std::string retention_text(const RetentionCounts& counts);

/// Records of answers and what was said of them, older than so many days. Chats are people's own
/// and stay; answers that are being written do, too. Codings of those answers go with them.
/// Errors: InvalidArgument (days outside 1 to kMaxRetentionDays).
Result<RetentionCounts> delete_old_feedback(Transaction& transaction, std::int64_t days);

/// Of each study that ended more than its retention_days ago: answers to its questionnaires,
/// interviews that it asked in the chat, and the way from accounts to its participants, with which
/// their chats leave the study.
Result<RetentionCounts> delete_over_studies(Transaction& transaction);

}  // namespace falconet
