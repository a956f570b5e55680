// What the store keeps, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/ids.h"

namespace falconet {

// Times are milliseconds since 1970.

struct User {
  UserId id = {};
  std::string name = {};
  std::string role = {};  // "administrator", "researcher", "annotator", "user"; "owner": no account
  std::int64_t created = 0;
  std::string display_name = {};
  bool is_disabled = false;
  bool must_change_password = false;           // somebody else has chosen it
  bool has_totp = false;                       // logging in asks for a one-time code
  std::optional<std::int64_t> last_seen = {};  // nothing: never
  std::vector<std::string> groups = {};        // by name
};

struct Folder {
  FolderId id = {};
  std::string name = {};
  std::optional<FolderId> parent_id = {};
  double position = 0;  // among its siblings; a number between two others is always free
};

struct SavedPrompt {
  PromptId id = {};
  std::string name = {};
  std::string text = {};
  std::int64_t changed = 0;
};

struct Share {
  std::string token = {};                    // who has it may read
  MessageId leaf_id = {};                    // the end of the branch that is shown
  std::optional<std::int64_t> expires = {};  // nothing: never
};

struct Conversation {
  ConversationId id = {};
  std::string title = {};
  bool is_title_auto = true;  // nobody has given it one
  std::optional<FolderId> folder_id = {};
  std::vector<std::string> tags = {};
  std::optional<std::string> model = {};
  Json parameters = Json::object();
  std::optional<MessageId> leaf_id = {};  // the end of the branch that is shown
  bool is_pinned = false;
  bool is_archived = false;
  bool is_unread = false;
  bool is_temporary = false;  // in no list and no search, and gone after a day
  std::int64_t created = 0;
  std::int64_t changed = 0;  // when something was last said in it
};

enum class MessageStatus {
  Done,
  Streaming,    // its generation runs or waits
  Stopped,      // by its reader
  Interrupted,  // by the end of the server
  Failed,
};

/// "done", "streaming", …; unknown names read as Failed.
const char* message_status_name(MessageStatus status);
MessageStatus message_status_of(std::string_view name);

struct Attachment {
  std::string name = {};
  std::string text = {};
};

/// A passage of an answer as its reader saw it, by its words and those around it: the
/// TextQuoteSelector of the W3C's Web Annotation Data Model, section 4.2.4.
struct TextMark {
  std::string exact = {};
  std::string prefix = {};
  std::string suffix = {};
};

struct Rating {
  int value = 0;                  // 1 or −1
  std::optional<int> score = {};  // 1 to 10
  std::vector<std::string> reasons = {};
  std::string comment = {};
  std::vector<TextMark> marks = {};  // what is wrong in the answer
  std::string better = {};           // the answer that there should have been
  std::int64_t changed = 0;
};

/// An answer was drawn with this chance, and its reader is asked about it: unlike ratings that come
/// by themselves, those can be weighted.
struct RatingProbe {
  double probability = 0;
  std::optional<std::int64_t> shown = {};
  std::optional<std::int64_t> answered = {};
};

/// Which of two answers side by side is better.
enum class PairChoice { Left, Right, Tie };

/// "left", "right", "tie"; nothing for other names.
const char* pair_choice_name(PairChoice choice);
std::optional<PairChoice> pair_choice_of(std::string_view name);

/// The answer is one of two to its question (store/comparisons.h).
struct MessageComparison {
  ComparisonId id = {};
  bool is_left = true;
  std::optional<PairChoice> choice = {};
  std::string arm = {};  // whose it is; empty until its reader was told
};

/// What a generation saw and what it cost. The spine of all analysis: "forgot because it was cut
/// off" and "forgot though it was there" are told apart by it.
struct Ledger {
  GenerationId id = {};
  std::string model = {};
  std::int64_t prompt_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::int64_t answer_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t context_max = 0;
  std::vector<MessageId> evicted_message_ids = {};  // left out of the prompt, oldest first
  std::int64_t turn = 0;                            // the user's messages up to this answer
  double queue_ms = 0;
  double prefill_ms = 0;
  double decode_ms = 0;
  std::optional<std::string> finish_reason = {};
  std::uint64_t seed = 0;
  std::string arm = {};          // of the experiment that it was part of (store/experiments.h)
  ComparisonId comparison = {};  // empty: it is not one of two
  Json parameters = Json::object();

  double tokens_per_second() const;
};

struct Message {
  MessageId id = {};
  ConversationId conversation_id = {};
  std::optional<MessageId> parent_id = {};
  std::string role = {};  // "user", "assistant", "system"
  std::string content = {};
  std::string reasoning = {};
  MessageStatus status = MessageStatus::Done;
  std::optional<std::string> error = {};
  std::vector<Attachment> attachments = {};
  std::int64_t created = 0;
  std::optional<Ledger> ledger = {};  // of the generation that wrote its end, once it has ended
  std::optional<Rating> rating = {};
  std::optional<RatingProbe> probe = {};
  std::optional<MessageComparison> comparison = {};
};

enum class GenerationState { Queued, Reading, Writing, Done, Stopped, Failed };

const char* generation_state_name(GenerationState state);
GenerationState generation_state_of(std::string_view name);
constexpr bool has_ended(GenerationState state) { return state >= GenerationState::Done; }

struct GenerationRecord {
  GenerationId id = {};
  ConversationId conversation_id = {};
  MessageId message_id = {};
  GenerationState state = GenerationState::Queued;
  std::int64_t last_event = 0;
  /// Where its text begins in the message's, which it may continue.
  std::size_t content_begin = 0;
  std::size_t reasoning_begin = 0;
};

}  // namespace falconet
