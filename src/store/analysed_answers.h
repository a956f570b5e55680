// What an analysis of feedback reads of this server's chats: answers, what was said of them and
// what was done with them. None of it is of temporary chats.
#pragma once

#include <string>
#include <vector>

#include "base/function_ref.h"
#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// Rows that are read at once where there may be a million: those would take gigabytes.
constexpr int kAnalysedPageRows = 20'000;

/// Somebody with an answer.
struct AnalysedPerson {
  UserId id = {};
  std::int64_t created = 0;
  std::string group = {};  // the first by name; empty: none
};

/// In the order in which they came.
Result<std::vector<AnalysedPerson>> analysed_people(Transaction& transaction);

/// An answer that has ended and was not lost.
struct AnalysedGeneration {
  UserId user = {};
  ConversationId conversation = {};
  MessageId message = {};
  std::int64_t created = 0;
  std::int64_t ended = 0;
  bool was_stopped = false;  // by its reader
  Ledger ledger = {};        // without parameters and seed
  std::int64_t num_evicted = 0;
  std::string question = {};  // its first characters…
  std::string answer = {};    // …and those of what was answered
};

/// One after the other, by id: nearly the order in which they were asked for. Of question and
/// answer `num_characters` each.
Status each_analysed_generation(Transaction& transaction, int num_characters,
                                FunctionRef<void(const AnalysedGeneration&)> visit,
                                int page_rows = kAnalysedPageRows);

/// What was said of an answer, or that its reader was asked and said nothing.
struct AnalysedRating {
  MessageId message = {};
  std::optional<Rating> rating = {};
  std::optional<RatingProbe> probe = {};  // that was shown
};

/// By message.
Result<std::vector<AnalysedRating>> analysed_ratings(Transaction& transaction);

/// That something was done with an answer, and when.
struct AnswerMoment {
  MessageId message = {};
  std::int64_t at = 0;
};

Result<std::vector<AnswerMoment>> copied_answers(Transaction& transaction);
Result<std::vector<AnswerMoment>> regenerated_answers(Transaction& transaction);
/// Their question was edited and sent again.
Result<std::vector<AnswerMoment>> edited_answers(Transaction& transaction);

/// After which nobody wrote in their chat any more, though the last thing said there is at least
/// `silence_ms` old. Chats that ended with thanks are among them: only the next message could tell.
Result<std::vector<AnswerMoment>> last_answers(Transaction& transaction, std::int64_t silence_ms);

/// An answer between a question and the message that followed it.
struct FollowedAnswer {
  MessageId message = {};
  std::int64_t at = 0;        // when it was followed
  std::string question = {};  // the first characters of both
  std::string next = {};
};
/// One after the other, by the id of what followed.
Status each_followed_answer(Transaction& transaction, int num_characters,
                            FunctionRef<void(const FollowedAnswer&)> visit,
                            int page_rows = kAnalysedPageRows);

}  // namespace falconet
