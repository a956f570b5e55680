// Interviews, from transcripts and from the chat: turns of speech, and the stretches of them that
// were given a code.
#pragma once

#include "store/studies.h"

namespace falconet {

constexpr std::int64_t kMaxInterviews = 2'000;
constexpr std::size_t kMaxInterviewTitleBytes = 200;
constexpr std::size_t kMaxParticipantBytes = 100;

struct NewUtterance {
  std::string speaker = {};  // as the transcript names them
  bool is_participant = true;
  std::optional<std::int64_t> begin_ms = {};  // from the interview's begin
  std::optional<std::int64_t> end_ms = {};
  std::string text = {};
};

struct NewInterview {
  std::string title = {};
  std::string participant = {};     // a pseudonym
  std::optional<UserId> user = {};  // whose it is, if they have an account here
  bool may_be_quoted = false;
  std::optional<ParticipantId> asked_in_chat = {};  // of a study; one interview each
  std::vector<NewUtterance> utterances = {};
};

struct Interview {
  InterviewId id = {};
  std::string title = {};
  std::string participant = {};
  std::optional<UserId> user = {};
  bool may_be_quoted = false;
  std::int64_t created = 0;
  std::int64_t num_utterances = 0;
  std::int64_t num_spans = 0;
  /// Of one that was asked in the chat: whose participant's it is, whose consent decides whether it
  /// may be used and, beside what is written down above, quoted.
  std::optional<StudyId> study = {};
  bool may_be_used = true;
};

struct Utterance {
  UtteranceId id = {};
  std::string speaker = {};
  bool is_participant = true;
  std::optional<std::int64_t> begin_ms = {};
  std::optional<std::int64_t> end_ms = {};
  std::string text = {};
};

/// Characters [begin, end) of an utterance, as Unicode counts them.
struct InterviewSpan {
  InterviewSpanId id = {};
  UtteranceId utterance = {};
  InterviewCodeId code = {};
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// The characters [begin, end) of a text as bytes of it.
struct ByteStretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Nothing unless 0 <= begin < end and the text has as many characters.
std::optional<ByteStretch> bytes_of_characters(std::string_view text, std::int64_t begin,
                                               std::int64_t end);

/// Errors: InvalidArgument (title, participant, nobody says anything), Exhausted, AlreadyExists
/// (the participant has given one in the chat).
Result<Interview> create_interview(Transaction& transaction, const NewInterview& fields);

/// Newest first.
Result<std::vector<Interview>> list_interviews(Transaction& transaction);
/// Errors: NotFound, so all that follow.
Result<Interview> find_interview(Transaction& transaction, const InterviewId& id);
Status delete_interview(Transaction& transaction, const InterviewId& id);

struct InterviewChange {
  std::optional<bool> may_be_quoted = {};
  /// Who asks; all other speakers are the participant.
  std::optional<std::vector<std::string>> interviewers = {};
};
/// Errors: PermissionDenied (a participant does not allow to be quoted).
Result<Interview> change_interview(Transaction& transaction, const InterviewId& id,
                                   const InterviewChange& change);

/// What is said next in an interview in the chat: after so many turns.
Status append_utterance(Transaction& transaction, const InterviewId& id, std::int64_t position,
                        const NewUtterance& utterance);

/// In their order.
Result<std::vector<Utterance>> utterances_of(Transaction& transaction, const InterviewId& id);
/// By utterance and begin.
Result<std::vector<InterviewSpan>> spans_of(Transaction& transaction, const InterviewId& id);

/// The same stretch with the same code is added once. Errors: NotFound (utterance, code),
/// InvalidArgument (a stretch that is not in the utterance, a code that was merged into another).
Result<InterviewSpan> add_span(Transaction& transaction, const InterviewSpan& span);
Status delete_span(Transaction& transaction, const InterviewSpanId& id);

}  // namespace falconet
