// The codebook of interviews: a tree of codes that grows, is renamed, merged and split while people
// read; what was done to it stays written down.
#pragma once

#include "store/interviews.h"

namespace falconet {

constexpr std::int64_t kMaxInterviewCodes = 2'000;
constexpr std::size_t kMaxCodeNameBytes = 100;
constexpr std::size_t kMaxCodeDefinitionBytes = 2'000;
constexpr int kMaxCodeDepth = 8;

struct InterviewCode {
  InterviewCodeId id = {};
  std::optional<InterviewCodeId> parent_id = {};
  std::string name = {};
  std::string definition = {};
  std::string category = {};  // what it counts as: "memory", "praise/speed"; empty: as its parent
  std::optional<InterviewCodeId> merged_into = {};
  std::int64_t num_spans = 0;
};

/// Merged ones as well; by creation.
Result<std::vector<InterviewCode>> list_interview_codes(Transaction& transaction);
/// Errors: NotFound, so all that follow.
Result<InterviewCode> find_interview_code(Transaction& transaction, const InterviewCodeId& id);

struct InterviewCodeChange {
  std::optional<std::string> name = {};
  std::optional<std::string> definition = {};
  std::optional<std::string> category = {};
  std::optional<std::optional<InterviewCodeId>> parent_id = {};
};

/// Errors: InvalidArgument (name; a code below itself, or deeper than kMaxCodeDepth), NotFound (the
/// parent), Exhausted; so all that follow. `actor`: who did it.
Result<InterviewCode> create_interview_code(Transaction& transaction, const UserId& actor,
                                            const InterviewCodeChange& fields);
Result<InterviewCode> change_interview_code(Transaction& transaction, const UserId& actor,
                                            const InterviewCodeId& id,
                                            const InterviewCodeChange& change);

/// Its spans and the codes below it go to the other; it stays, marked, and takes no more spans.
Status merge_interview_codes(Transaction& transaction, const UserId& actor,
                             const InterviewCodeId& from, const InterviewCodeId& into);

/// These spans of the code become a new code's, beside it. Errors: InvalidArgument (a span that is
/// not the code's).
Result<InterviewCode> split_interview_code(Transaction& transaction, const UserId& actor,
                                           const InterviewCodeId& id, const std::string& name,
                                           const std::vector<InterviewSpanId>& spans);

struct InterviewCodeEvent {
  InterviewCodeId code = {};
  std::int64_t happened = 0;
  std::string action = {};  // "added", "changed", "merged", "split"
  Json detail = Json::object();
};

/// Oldest first.
Result<std::vector<InterviewCodeEvent>> interview_code_history(Transaction& transaction);

}  // namespace falconet
