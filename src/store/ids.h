// Names of records: opaque, unique, and sorting by creation (ULIDs: 48 bits of time, 80 of chance).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace falconet {

/// Ids of different kinds do not compile in each other's place.
template <class Tag>
struct RecordId {
  std::string value;
  friend auto operator<=>(const RecordId&, const RecordId&) = default;
};

using UserId = RecordId<struct UserTag>;
using ConversationId = RecordId<struct ConversationTag>;
using MessageId = RecordId<struct MessageTag>;
using GenerationId = RecordId<struct GenerationTag>;
using FolderId = RecordId<struct FolderTag>;
using PromptId = RecordId<struct PromptTag>;
using SessionId = RecordId<struct SessionTag>;
using InvitationId = RecordId<struct InvitationTag>;
using AuditEventId = RecordId<struct AuditEventTag>;
using EndpointId = RecordId<struct EndpointTag>;
using ComparisonId = RecordId<struct ComparisonTag>;
using SampleId = RecordId<struct SampleTag>;
using SampleItemId = RecordId<struct SampleItemTag>;
using CoderId = RecordId<struct CoderTag>;
using InterviewId = RecordId<struct InterviewTag>;
using UtteranceId = RecordId<struct UtteranceTag>;
using InterviewCodeId = RecordId<struct InterviewCodeTag>;
using InterviewSpanId = RecordId<struct InterviewSpanTag>;

/// Makes ids. Those of one source rise even within a millisecond and when the clock goes back.
/// Safe to use from any thread.
class IdSource {
 public:
  /// The clock must outlive the source.
  explicit IdSource(const Clock& clock) : clock_(clock) {}

  /// 26 characters of Crockford's base 32.
  std::string next();

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::int64_t milliseconds_ = 0;
  std::array<std::uint8_t, 10> chance_{};  // big-endian
};

/// 26 characters that nobody can guess: 128 bits of chance.
std::string secret_token();

/// Milliseconds since 1970: how the store and its callers keep time.
std::int64_t unix_milliseconds(const Clock& clock);

}  // namespace falconet
