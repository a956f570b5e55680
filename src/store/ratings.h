// What people say of answers: a thumb, and as much more as they like.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

constexpr std::size_t kMaxReasons = 20;
constexpr std::size_t kMaxReasonBytes = 100;
constexpr std::size_t kMaxCommentBytes = 10'000;
constexpr std::size_t kMaxMarks = 20;
constexpr std::size_t kMaxMarkBytes = 2'000;    // of the passage
constexpr std::size_t kMaxMarkEdgeBytes = 200;  // of what stands before it, and behind
constexpr std::size_t kMaxBetterBytes = 64u << 10;
constexpr int kWorstScore = 1;
constexpr int kBestScore = 10;

/// Errors: InvalidArgument, naming the member and its limit.
Status check_rating(const Rating& rating);

/// Nothing takes the rating away; `changed` 0 is now. The rating afterwards.
/// Errors: NotFound (also another user's message), InvalidArgument.
Result<std::optional<Rating>> rate_message(Transaction& transaction, const UserId& user,
                                           const MessageId& id,
                                           const std::optional<Rating>& rating);

/// [{"exact", "prefix", "suffix"}]
Json marks_json(const std::vector<TextMark>& marks);

/// What is not a mark is passed over.
std::vector<TextMark> marks_of(const Json& array);

}  // namespace falconet
