#include "store/interview_codes.h"

#include <algorithm>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr const char* kSelectInterviewCodes =
    "SELECT k.id, k.parent_id, k.name, k.definition, k.category, k.merged_into, "
    "(SELECT count(*) FROM interview_spans s WHERE s.code_id = k.id) FROM interview_codes k ";

InterviewCode interview_code_of(const SqlRow& row) {
  InterviewCode code{.id = {row.text(0)},
                     .name = row.text(2),
                     .definition = row.text(3),
                     .category = row.text(4),
                     .num_spans = row.integer(6)};
  if (const auto parent = row.optional_text(1)) code.parent_id = InterviewCodeId{*parent};
  if (const auto into = row.optional_text(5)) code.merged_into = InterviewCodeId{*into};
  return code;
}

Status note_change(Transaction& transaction, const UserId& actor, const InterviewCodeId& code,
                   const char* action, const Json& detail) {
  TRY(transaction.execute(
      "INSERT INTO interview_code_changes (id, code_id, happened, actor_id, "
      "action, detail) VALUES (?, ?, ?, ?, ?, ?)",
      transaction.new_id(), code, transaction.now(), actor, action, to_text(detail)));
  return {};
}

Status check_code_texts(const InterviewCode& code) {
  if (trim(code.name).empty() || code.name.size() > kMaxCodeNameBytes) {
    return error(ErrorCode::InvalidArgument, "name: expected 1 to ", kMaxCodeNameBytes,
                 " bytes, found ", code.name.size());
  }
  if (code.name.find('/') != std::string::npos) {
    return error(ErrorCode::InvalidArgument, "name: expected no '/', which stands between codes");
  }
  if (code.definition.size() <= kMaxCodeDefinitionBytes) return {};
  return error(ErrorCode::InvalidArgument, "definition: expected at most ", kMaxCodeDefinitionBytes,
               " bytes, found ", code.definition.size());
}

/// From the parent upwards there must be an end, and not the code itself.
Status check_place(Transaction& transaction, const InterviewCodeId& id,
                   std::optional<InterviewCodeId> parent) {
  for (int depth = 1; parent; ++depth) {
    if (*parent == id) {
      return error(ErrorCode::InvalidArgument, "parent_id: a code cannot be below itself");
    }
    if (depth >= kMaxCodeDepth) {
      return error(ErrorCode::InvalidArgument, "parent_id: codes are at most ", kMaxCodeDepth,
                   " deep");
    }
    TRY_ASSIGN(const InterviewCode above, find_interview_code(transaction, *parent));
    if (above.merged_into) {
      return error(ErrorCode::InvalidArgument, "parent_id: code '", above.name,
                   "' was merged into another");
    }
    parent = above.parent_id;
  }
  return {};
}

void apply_to(InterviewCode& code, const InterviewCodeChange& change) {
  if (change.name) code.name = trim(*change.name);
  if (change.definition) code.definition = *change.definition;
  if (change.category) code.category = *change.category;
  if (change.parent_id) code.parent_id = *change.parent_id;
}

Json detail_of_code(const InterviewCode& code) {
  return {{"name", code.name},
          {"parent_id", code.parent_id ? Json(code.parent_id->value) : Json()},
          {"category", code.category}};
}

}  // namespace

Result<std::vector<InterviewCode>> list_interview_codes(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(kSelectInterviewCodes, "ORDER BY k.id")));
  std::vector<InterviewCode> codes;
  for (const SqlRow& row : rows) codes.push_back(interview_code_of(row));
  return codes;
}

Result<InterviewCode> find_interview_code(Transaction& transaction, const InterviewCodeId& id) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectInterviewCodes, "WHERE k.id = ?"), id));
  if (rows.empty()) {
    return error(ErrorCode::NotFound, "there is no code ", id.value.substr(0, 40));
  }
  return interview_code_of(rows.front());
}

Result<InterviewCode> create_interview_code(Transaction& transaction, const UserId& actor,
                                            const InterviewCodeChange& fields) {
  TRY_ASSIGN(const SqlRows count, transaction.execute("SELECT count(*) FROM interview_codes"));
  if (count.front().integer(0) >= kMaxInterviewCodes) {
    return error(ErrorCode::Exhausted, "there are ", kMaxInterviewCodes, " codes already");
  }
  InterviewCode code{.id = {transaction.new_id()}};
  apply_to(code, fields);
  TRY(check_code_texts(code));
  TRY(check_place(transaction, code.id, code.parent_id));
  TRY(transaction.execute(
      "INSERT INTO interview_codes (id, parent_id, name, definition, category, "
      "created) VALUES (?, ?, ?, ?, ?, ?)",
      code.id, code.parent_id, code.name, code.definition, code.category, transaction.now()));
  TRY(note_change(transaction, actor, code.id, "added", detail_of_code(code)));
  return code;
}

Result<InterviewCode> change_interview_code(Transaction& transaction, const UserId& actor,
                                            const InterviewCodeId& id,
                                            const InterviewCodeChange& change) {
  TRY_ASSIGN(InterviewCode code, find_interview_code(transaction, id));
  const Json before = detail_of_code(code);
  apply_to(code, change);
  TRY(check_code_texts(code));
  TRY(check_place(transaction, id, code.parent_id));
  TRY(
      transaction.execute("UPDATE interview_codes SET parent_id = ?, name = ?, definition = ?, "
                          "category = ? WHERE id = ?",
                          code.parent_id, code.name, code.definition, code.category, id));
  TRY(note_change(transaction, actor, id, "changed",
                  {{"before", before}, {"after", detail_of_code(code)}}));
  return code;
}

Status merge_interview_codes(Transaction& transaction, const UserId& actor,
                             const InterviewCodeId& from, const InterviewCodeId& into) {
  TRY_ASSIGN(const InterviewCode code, find_interview_code(transaction, from));
  TRY_ASSIGN(const InterviewCode other, find_interview_code(transaction, into));
  if (code.merged_into || other.merged_into) {
    return error(ErrorCode::InvalidArgument, "one of the codes was merged into another already");
  }
  TRY(check_place(transaction, from, into));  // not into itself, nor into a code below it
  TRY_ASSIGN(
      const SqlRows moved,
      transaction.execute("SELECT id FROM interview_spans WHERE code_id = ? ORDER BY id", from));
  Json spans = Json::array();
  for (const SqlRow& row : moved) spans.push_back(row.text(0));
  // A stretch that has both codes keeps one.
  TRY(
      transaction.execute("DELETE FROM interview_spans WHERE code_id = ? AND EXISTS (SELECT 1 FROM "
                          "interview_spans o WHERE o.code_id = ? AND o.utterance_id = "
                          "interview_spans.utterance_id AND o.span_begin = "
                          "interview_spans.span_begin AND o.span_end = interview_spans.span_end)",
                          from, into));
  TRY(transaction.execute("UPDATE interview_spans SET code_id = ? WHERE code_id = ?", into, from));
  TRY(transaction.execute("UPDATE interview_codes SET parent_id = ? WHERE parent_id = ?", into,
                          from));
  TRY(
      transaction.execute("UPDATE interview_codes SET merged_into = ?, parent_id = NULL "
                          "WHERE id = ?",
                          into, from));
  return note_change(transaction, actor, from, "merged",
                     {{"into", into.value}, {"name", other.name}, {"spans", std::move(spans)}});
}

Result<InterviewCode> split_interview_code(Transaction& transaction, const UserId& actor,
                                           const InterviewCodeId& id, const std::string& name,
                                           const std::vector<InterviewSpanId>& spans) {
  TRY_ASSIGN(const InterviewCode code, find_interview_code(transaction, id));
  TRY_ASSIGN(InterviewCode made, create_interview_code(transaction, actor,
                                                       {.name = name,
                                                        .definition = code.definition,
                                                        .category = code.category,
                                                        .parent_id = code.parent_id}));
  Json moved = Json::array();
  for (const InterviewSpanId& span : spans) {
    TRY_ASSIGN(const SqlRows rows,
               transaction.execute("UPDATE interview_spans SET code_id = ? WHERE id = ? AND "
                                   "code_id = ? RETURNING id",
                                   made.id, span, id));
    if (rows.empty()) {
      return error(ErrorCode::InvalidArgument, "span_ids: ", span.value.substr(0, 40),
                   " has not the code '", code.name, "'");
    }
    moved.push_back(span.value);
  }
  TRY(note_change(transaction, actor, id, "split",
                  {{"into", made.id.value}, {"name", made.name}, {"spans", std::move(moved)}}));
  return find_interview_code(transaction, made.id);
}

Result<std::vector<InterviewCodeEvent>> interview_code_history(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute("SELECT code_id, happened, action, detail "
                                                     "FROM interview_code_changes ORDER BY id"));
  std::vector<InterviewCodeEvent> events;
  for (const SqlRow& row : rows) {
    TRY_ASSIGN(Json detail, parse_json(row.text(3)));
    events.push_back({{row.text(0)}, row.integer(1), row.text(2), std::move(detail)});
  }
  return events;
}

}  // namespace falconet
