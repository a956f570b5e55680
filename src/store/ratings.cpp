#include "store/ratings.h"

#include "base/strings.h"
#include "store/message_rows.h"
#include "store/messages.h"

namespace falconet {
namespace {

Status check_marks(const std::vector<TextMark>& marks) {
  if (marks.size() > kMaxMarks) {
    return error(ErrorCode::InvalidArgument, "marks: expected at most ", kMaxMarks, ", found ",
                 marks.size());
  }
  for (const TextMark& mark : marks) {
    if (trim(mark.exact).empty() || mark.exact.size() > kMaxMarkBytes ||
        mark.prefix.size() > kMaxMarkEdgeBytes || mark.suffix.size() > kMaxMarkEdgeBytes) {
      return error(ErrorCode::InvalidArgument, "marks: expected a passage of 1 to ", kMaxMarkBytes,
                   " bytes with at most ", kMaxMarkEdgeBytes, " before it and behind");
    }
  }
  return {};
}

}  // namespace

Status check_rating(const Rating& rating) {
  if (rating.value != 1 && rating.value != -1) {
    return error(ErrorCode::InvalidArgument, "value: expected 1, -1 or null, found ", rating.value);
  }
  if (rating.score && (*rating.score < kWorstScore || *rating.score > kBestScore)) {
    return error(ErrorCode::InvalidArgument, "score: expected ", kWorstScore, " to ", kBestScore,
                 " or null, found ", *rating.score);
  }
  bool is_too_long =
      rating.reasons.size() > kMaxReasons || rating.comment.size() > kMaxCommentBytes;
  for (const std::string& reason : rating.reasons) is_too_long |= reason.size() > kMaxReasonBytes;
  if (is_too_long) {
    return error(ErrorCode::InvalidArgument, "a rating has at most ", kMaxReasons, " reasons of ",
                 kMaxReasonBytes, " bytes and a comment of ", kMaxCommentBytes);
  }
  if (rating.better.size() > kMaxBetterBytes) {
    return error(ErrorCode::InvalidArgument, "better: expected at most ", kMaxBetterBytes,
                 " bytes, found ", rating.better.size());
  }
  return check_marks(rating.marks);
}

Result<std::optional<Rating>> rate_message(Transaction& transaction, const UserId& user,
                                           const MessageId& id,
                                           const std::optional<Rating>& rating) {
  TRY(find_message(transaction, user, id));
  if (!rating) {
    TRY(transaction.execute("DELETE FROM ratings WHERE message_id = ?", id));
    TRY(transaction.execute("UPDATE probes SET answered = NULL WHERE message_id = ?", id));
    return std::optional<Rating>();
  }
  TRY(check_rating(*rating));
  Rating kept = *rating;
  if (kept.changed == 0) kept.changed = transaction.now();
  TRY(transaction.execute(
      "INSERT INTO ratings (message_id, user_id, value, score, reasons, comment, marks, better, "
      "changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id) DO UPDATE SET "
      "value = excluded.value, score = excluded.score, reasons = excluded.reasons, "
      "comment = excluded.comment, marks = excluded.marks, better = excluded.better, "
      "changed = excluded.changed",
      id, user, kept.value, kept.score, strings_text(kept.reasons), kept.comment,
      to_text(marks_json(kept.marks)), kept.better, kept.changed));
  // Whoever was asked has answered, however they came to it.
  TRY(transaction.execute(
      "UPDATE probes SET answered = ? WHERE message_id = ? AND shown IS NOT NULL", kept.changed,
      id));
  return std::optional<Rating>(std::move(kept));
}

Json marks_json(const std::vector<TextMark>& marks) {
  Json array = Json::array();
  for (const TextMark& mark : marks) {
    array.push_back({{"exact", mark.exact}, {"prefix", mark.prefix}, {"suffix", mark.suffix}});
  }
  return array;
}

std::vector<TextMark> marks_of(const Json& array) {
  std::vector<TextMark> marks;
  if (!array.is_array()) return marks;
  for (const Json& element : array) {
    if (!element.is_object()) continue;
    TextMark mark{string_member(element, "exact").value_or(""),
                  string_member(element, "prefix").value_or(""),
                  string_member(element, "suffix").value_or("")};
    if (!mark.exact.empty()) marks.push_back(std::move(mark));
  }
  return marks;
}

}  // namespace falconet
