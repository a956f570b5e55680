// What the store can still tell of a generation whose log is gone.
#pragma once

#include <vector>

#include "assistant/generation_log.h"
#include "store/store.h"

namespace falconet {

/// From event `after` + 1 on: its texts in one piece (for readers who begin at 0) and its end. A
/// reader who has heard the end gets nothing. Errors: NotFound, also for another user's.
Result<std::vector<GenerationEvent>> events_of_ended(Transaction& transaction, const UserId& user,
                                                     const GenerationId& id, std::int64_t after);

}  // namespace falconet
