// Studies: what is asked, of whom and when, fixed at the start, and the texts that people agree to.
#pragma once

#include "store/arms.h"
#include "store/records.h"
#include "store/store.h"

namespace falconet {

using StudyId = RecordId<struct StudyTag>;
using ParticipantId = RecordId<struct ParticipantTag>;

// More than a study can hold in mind, fewer than a page can show.
constexpr std::size_t kMaxStudies = 1000;
constexpr std::size_t kMaxHypotheses = 50;
constexpr std::size_t kMaxSegments = 50;
constexpr std::size_t kMaxSegmentNameBytes = 100;
constexpr std::size_t kMaxStudyTextBytes = 20'000;  // a goal, a hypothesis
constexpr std::int64_t kMaxSegmentTarget = 1'000'000;
constexpr std::size_t kMaxConsentBytes = 50'000;

/// A group that is compared with others, and how many people of it are wanted.
struct SegmentTarget {
  std::string name = {};
  std::int64_t target = 0;
};

enum class StudyState {
  Draft,
  Running,  // people join, and what they say counts
  Ended,    // by hand, or because its time is over
};

/// "draft", "running", "ended".
const char* study_state_name(StudyState state);

struct StudyRecord {
  StudyId id = {};
  std::string name = {};
  std::string goal = {};
  std::vector<std::string> hypotheses = {};
  std::vector<SegmentTarget> segments = {};
  std::vector<ExperimentArm> arms = {};     // models and settings under test
  bool is_open = false;                     // accounts may join from the page, without a link
  std::optional<std::int64_t> begins = {};  // planned
  std::optional<std::int64_t> ends = {};    // planned; a study that runs ends by itself then
  /// After its end; nothing: as long as the server keeps records (store/retention.h).
  std::optional<std::int64_t> retention_days = {};
  StudyState state = StudyState::Draft;
  std::optional<std::int64_t> started = {};
  std::optional<std::int64_t> ended = {};
  std::string protocol = {};         // all of it as it was when it started…
  std::string protocol_digest = {};  // …and its SHA-256
  std::int64_t created = 0;
};

/// What is to be different; absent members stay as they are.
struct StudyChange {
  std::optional<std::string> name = {};
  std::optional<std::string> goal = {};
  std::optional<std::vector<std::string>> hypotheses = {};
  std::optional<std::vector<SegmentTarget>> segments = {};
  std::optional<std::vector<ExperimentArm>> arms = {};
  std::optional<bool> is_open = {};
  std::optional<std::optional<std::int64_t>> begins = {};
  std::optional<std::optional<std::int64_t>> ends = {};
  std::optional<std::optional<std::int64_t>> retention_days = {};
};

/// Newest first.
Result<std::vector<StudyRecord>> list_studies(Transaction& transaction);

/// Errors: NotFound, so all that follow with an id.
Result<StudyRecord> find_study(Transaction& transaction, const StudyId& id);

/// Errors: InvalidArgument naming the member, Exhausted.
Result<StudyRecord> create_study(Transaction& transaction, const StudyChange& fields);

/// Once started, only `is_open` and `ends` can change: what is tested must not follow from what was
/// seen. Errors: PermissionDenied (a member that is fixed), InvalidArgument.
Result<StudyRecord> update_study(Transaction& transaction, const StudyId& id,
                                 const StudyChange& change);

/// What a study was when it started, and the SHA-256 of that text, which somebody else computes.
struct StudyProtocol {
  std::string text = {};
  std::string digest = {};
};

/// Errors: PermissionDenied (not a draft), InvalidArgument (no consent text, its end is over).
Result<StudyRecord> start_study(Transaction& transaction, const StudyId& id,
                                const StudyProtocol& protocol);

/// Errors: PermissionDenied (it does not run).
Result<StudyRecord> end_study(Transaction& transaction, const StudyId& id);

/// With all that was said in its questionnaires and interviews; people's chats are theirs and stay.
/// Errors: PermissionDenied (it runs).
Status delete_study(Transaction& transaction, const StudyId& id);

/// What people may allow, each for itself.
inline constexpr const char* kScopeRatingsAndLogs = "ratings_and_logs";
inline constexpr const char* kScopeQuotes = "quotes";
inline constexpr const char* kScopeFineTuning = "fine_tuning";
inline constexpr const char* kScopeInterview = "interview";

/// Errors: InvalidArgument "scopes: …".
Status check_scopes(const std::vector<std::string>& scopes);

struct ConsentText {
  std::int64_t version = 0;  // 1, 2, 3, …
  std::string text_en = {};
  std::string text_zh = {};
  std::vector<std::string> scopes = {};  // what is asked for
  std::int64_t created = 0;
};

/// The newest; nothing while nobody has written one.
Result<std::optional<ConsentText>> consent_text_of(Transaction& transaction, const StudyId& id);

/// A draft's text is written over; of a study that runs the earlier version stays, since people
/// have agreed to it. Errors: InvalidArgument, PermissionDenied (the study has ended).
Result<ConsentText> set_consent_text(Transaction& transaction, const StudyId& id,
                                     ConsentText consent);

/// A list of texts as it lies in a column, and back; anything else reads as none.
std::string texts_column(const std::vector<std::string>& texts);
std::vector<std::string> texts_of_column(const std::string& column);

}  // namespace falconet
