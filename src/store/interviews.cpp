#include "store/interviews.h"

#include <algorithm>

#include "base/strings.h"
#include "base/unicode.h"
#include "store/interview_codes.h"

namespace falconet {
namespace {

constexpr const char* kSelectInterviews =
    "SELECT v.id, v.title, v.participant, v.may_be_quoted, v.created, "
    "(SELECT count(*) FROM utterances u WHERE u.interview_id = v.id), "
    "(SELECT count(*) FROM interview_spans s JOIN utterances u ON u.id = s.utterance_id "
    "WHERE u.interview_id = v.id), v.user_id, p.study_id, p.scopes FROM interviews v "
    "LEFT JOIN participants p ON p.id = v.participant_id ";

Interview interview_of(const SqlRow& row) {
  Interview interview{.id = {row.text(0)},
                      .title = row.text(1),
                      .participant = row.text(2),
                      .may_be_quoted = row.boolean(3),
                      .created = row.integer(4),
                      .num_utterances = row.integer(5),
                      .num_spans = row.integer(6)};
  if (const auto user = row.optional_text(7)) interview.user = UserId{*user};
  if (const auto study = row.optional_text(8)) {
    const std::vector<std::string> scopes = texts_of_column(row.text(9));
    const auto allows = [&](const char* scope) { return std::ranges::count(scopes, scope) > 0; };
    interview.study = StudyId{*study};
    interview.may_be_used = allows(kScopeInterview);
    interview.may_be_quoted = interview.may_be_quoted && allows(kScopeQuotes);
  }
  return interview;
}

Error no_interview(const InterviewId& id) {
  return error(ErrorCode::NotFound, "there is no interview ", id.value.substr(0, 40));
}

Status check_interview(Transaction& transaction, const NewInterview& fields) {
  if (trim(fields.title).empty() || fields.title.size() > kMaxInterviewTitleBytes) {
    return error(ErrorCode::InvalidArgument, "title: expected 1 to ", kMaxInterviewTitleBytes,
                 " bytes, found ", fields.title.size());
  }
  if (trim(fields.participant).empty() || fields.participant.size() > kMaxParticipantBytes) {
    return error(ErrorCode::InvalidArgument, "participant: expected a pseudonym of 1 to ",
                 kMaxParticipantBytes, " bytes, found ", fields.participant.size());
  }
  if (fields.utterances.empty()) {
    return error(ErrorCode::InvalidArgument, "an interview needs somebody who speaks");
  }
  TRY_ASSIGN(const SqlRows count, transaction.execute("SELECT count(*) FROM interviews"));
  if (count.front().integer(0) < kMaxInterviews) return {};
  return error(ErrorCode::Exhausted, "there are ", kMaxInterviews,
               " interviews already; delete some first");
}

Status insert_utterance(Transaction& transaction, const UtteranceId& id,
                        const InterviewId& interview, std::int64_t position,
                        const NewUtterance& utterance) {
  TRY(transaction.execute(
      "INSERT INTO utterances (id, interview_id, position, speaker, is_participant, begin_ms, "
      "end_ms, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      id, interview, position, utterance.speaker, utterance.is_participant, utterance.begin_ms,
      utterance.end_ms, utterance.text));
  return {};
}

/// Of what was asked in the chat, its participant decides.
Status check_quotable(Transaction& transaction, const InterviewId& id, bool is_wanted) {
  if (!is_wanted) return {};
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT p.scopes FROM interviews v JOIN participants p ON "
                                 "p.id = v.participant_id WHERE v.id = ?",
                                 id));
  if (rows.empty()) return {};
  const std::vector<std::string> scopes = texts_of_column(rows.front().text(0));
  if (std::ranges::count(scopes, kScopeQuotes) > 0) return {};
  return error(ErrorCode::PermissionDenied, "the participant does not allow to be quoted");
}

}  // namespace

std::optional<ByteStretch> bytes_of_characters(std::string_view text, std::int64_t begin,
                                               std::int64_t end) {
  if (begin < 0 || end <= begin) return std::nullopt;
  ByteStretch range;
  std::size_t at = 0;
  for (std::int64_t character = 0; character < end; ++character) {
    if (at == text.size()) return std::nullopt;
    if (character == begin) range.begin = at;
    at += static_cast<std::size_t>(decode_utf8(text, at).num_bytes);
  }
  range.end = at;
  return range;
}

Result<Interview> create_interview(Transaction& transaction, const NewInterview& fields) {
  TRY(check_interview(transaction, fields));
  // An id of the usual kind would tell when a participant was here.
  const auto new_id = [&] { return fields.asked_in_chat ? secret_token() : transaction.new_id(); };
  const InterviewId id{new_id()};
  TRY(
      transaction.execute("INSERT INTO interviews (id, title, participant, user_id, "
                          "may_be_quoted, created, participant_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                          id, trim(fields.title), trim(fields.participant), fields.user,
                          fields.may_be_quoted, transaction.now(), fields.asked_in_chat));
  std::int64_t position = 0;
  for (const NewUtterance& utterance : fields.utterances) {
    TRY(insert_utterance(transaction, {new_id()}, id, position++, utterance));
  }
  return find_interview(transaction, id);
}

Status append_utterance(Transaction& transaction, const InterviewId& id, std::int64_t position,
                        const NewUtterance& utterance) {
  return insert_utterance(transaction, {secret_token()}, id, position, utterance);
}

Result<std::vector<Interview>> list_interviews(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectInterviews, "ORDER BY v.created DESC, v.id DESC")));
  std::vector<Interview> interviews;
  for (const SqlRow& row : rows) interviews.push_back(interview_of(row));
  return interviews;
}

Result<Interview> find_interview(Transaction& transaction, const InterviewId& id) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectInterviews, "WHERE v.id = ?"), id));
  if (rows.empty()) return no_interview(id);
  return interview_of(rows.front());
}

Status delete_interview(Transaction& transaction, const InterviewId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute("DELETE FROM interviews WHERE id = ? RETURNING id", id));
  if (deleted.empty()) return no_interview(id);
  return {};
}

Result<Interview> change_interview(Transaction& transaction, const InterviewId& id,
                                   const InterviewChange& change) {
  TRY(find_interview(transaction, id));
  if (change.may_be_quoted) {
    TRY(check_quotable(transaction, id, *change.may_be_quoted));
    TRY(transaction.execute("UPDATE interviews SET may_be_quoted = ? WHERE id = ?",
                            *change.may_be_quoted, id));
  }
  if (change.interviewers) {
    TRY(transaction.execute("UPDATE utterances SET is_participant = 1 WHERE interview_id = ?", id));
    for (const std::string& speaker : *change.interviewers) {
      TRY(
          transaction.execute("UPDATE utterances SET is_participant = 0 WHERE interview_id = ? "
                              "AND speaker = ?",
                              id, speaker));
    }
  }
  return find_interview(transaction, id);
}

Result<std::vector<Utterance>> utterances_of(Transaction& transaction, const InterviewId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id, speaker, is_participant, begin_ms, end_ms, text "
                                 "FROM utterances WHERE interview_id = ? ORDER BY position",
                                 id));
  std::vector<Utterance> utterances;
  for (const SqlRow& row : rows) {
    utterances.push_back({.id = {row.text(0)},
                          .speaker = row.text(1),
                          .is_participant = row.boolean(2),
                          .begin_ms = row.optional_integer(3),
                          .end_ms = row.optional_integer(4),
                          .text = row.text(5)});
  }
  return utterances;
}

Result<std::vector<InterviewSpan>> spans_of(Transaction& transaction, const InterviewId& id) {
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute("SELECT s.id, s.utterance_id, s.code_id, s.span_begin, s.span_end "
                          "FROM interview_spans s JOIN utterances u ON u.id = s.utterance_id "
                          "WHERE u.interview_id = ? ORDER BY u.position, s.span_begin, s.id",
                          id));
  std::vector<InterviewSpan> spans;
  for (const SqlRow& row : rows) {
    spans.push_back({.id = {row.text(0)},
                     .utterance = {row.text(1)},
                     .code = {row.text(2)},
                     .begin = row.integer(3),
                     .end = row.integer(4)});
  }
  return spans;
}

Result<InterviewSpan> add_span(Transaction& transaction, const InterviewSpan& span) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT text FROM utterances WHERE id = ?", span.utterance));
  if (rows.empty()) {
    return error(ErrorCode::NotFound, "there is no utterance ", span.utterance.value.substr(0, 40));
  }
  if (!bytes_of_characters(rows.front().text(0), span.begin, span.end)) {
    return error(ErrorCode::InvalidArgument, "characters ", span.begin, " to ", span.end,
                 " are not in this utterance");
  }
  TRY_ASSIGN(const InterviewCode code, find_interview_code(transaction, span.code));
  if (code.merged_into) {
    return error(ErrorCode::InvalidArgument, "code '", code.name, "' was merged into another");
  }
  InterviewSpan added = span;
  added.id = {transaction.new_id()};
  TRY(transaction.execute(
      "INSERT INTO interview_spans (id, utterance_id, code_id, span_begin, span_end, created) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (utterance_id, code_id, span_begin, span_end) "
      "DO NOTHING",
      added.id, added.utterance, added.code, added.begin, added.end, transaction.now()));
  TRY_ASSIGN(const SqlRows kept,
             transaction.execute("SELECT id FROM interview_spans WHERE utterance_id = ? AND "
                                 "code_id = ? AND span_begin = ? AND span_end = ?",
                                 added.utterance, added.code, added.begin, added.end));
  if (!kept.empty()) added.id = {kept.front().text(0)};
  return added;
}

Status delete_span(Transaction& transaction, const InterviewSpanId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute("DELETE FROM interview_spans WHERE id = ? RETURNING id", id));
  if (!deleted.empty()) return {};
  return error(ErrorCode::NotFound, "there is no coded stretch ", id.value.substr(0, 40));
}

}  // namespace falconet
