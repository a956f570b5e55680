// Asking about answers by chance, and noticing what people do with them.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// The chance with which a complete answer is asked about: 0 until somebody sets it.
Result<double> probe_probability(Transaction& transaction);

/// Errors: InvalidArgument (outside 0 to 1).
Status set_probe_probability(Transaction& transaction, double probability);

/// Decides whether the reader of a new answer is asked. `chance`: a number from [0, 1) that nothing
/// about the answer has a part in. What was drawn, if it was.
Result<std::optional<RatingProbe>> draw_probe(Transaction& transaction, const UserId& user,
                                              const MessageId& message, double chance);

/// The question was before the reader's eyes; the first time counts. The probe afterwards.
/// Errors: NotFound (also for another user's, and where nothing was drawn).
Result<RatingProbe> mark_probe_shown(Transaction& transaction, const UserId& user,
                                     const MessageId& id);

/// Notes what a reader did with an answer ("copied"), once. Errors: NotFound, InvalidArgument (a
/// kind that the page does not send).
Status note_signal(Transaction& transaction, const UserId& user, const MessageId& id,
                   const std::string& kind);

}  // namespace falconet
