#include "store/rated_answers.h"

#include "base/strings.h"
#include "store/folders.h"

namespace falconet {
namespace {

// What tells a question's language.
constexpr int kQuestionBeginCharacters = 200;

constexpr const char* kRatedColumns =
    "r.message_id, g.id, g.user_id, g.arm, r.value, r.score, r.reasons, r.comment, r.changed, "
    "(SELECT pr.shown FROM probes pr WHERE pr.message_id = r.message_id)";

// Of a message that was written anew the last generation counts.
constexpr const char* kLastGeneration =
    "g.id = (SELECT max(x.id) FROM generations x WHERE x.message_id = r.message_id AND "
    "x.state IN ('done', 'stopped'))";

RatedAnswerRow rated_row_of(const SqlRow& row) {
  RatedAnswerRow rated{.message = {row.text(0)},
                       .generation = {row.text(1)},
                       .user = {row.text(2)},
                       .arm = row.text(3),
                       .score = row.optional_integer(5),
                       .reasons = texts_of_column(row.text(6)),
                       .comment = row.text(7),
                       .changed = row.optional_integer(8),
                       .probe_shown = row.optional_integer(9),
                       .question_begin = row.text(10)};
  if (row.optional_integer(4)) rated.value = static_cast<int>(row.integer(4));
  return rated;
}

std::vector<RatedAnswerRow> rated_rows_of(const SqlRows& rows) {
  std::vector<RatedAnswerRow> rated;
  for (const SqlRow& row : rows) rated.push_back(rated_row_of(row));
  return rated;
}

/// Conditions beside each other, with what they are bound to.
class Conditions {
 public:
  template <class... Values>
  void add(std::string_view condition, const Values&... values) {
    text_ += cat(text_.empty() ? "WHERE " : " AND ", condition);
    (values_.push_back(sql_value(values)), ...);
  }

  const std::string& text() const { return text_; }
  std::vector<SqlValue>& values() { return values_; }

 private:
  std::string text_;
  std::vector<SqlValue> values_;
};

/// As study_records() has it: from consent to the study's end, of who allows it.
Status add_study(Transaction& transaction, const RemarkFilter& filter, Conditions& where) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, *filter.study));
  std::string condition =
      "EXISTS (SELECT 1 FROM participants p WHERE p.study_id = ? AND p.user_id = r.user_id AND "
      "p.withdrawn IS NULL AND p.scopes LIKE ? AND g.created >= p.consented";
  const std::string scope = cat("%\"", kScopeRatingsAndLogs, "\"%");
  if (filter.segment.empty()) {
    where.add(condition + ")", study.id, scope);
  } else {
    where.add(condition + " AND p.segment = ?)", study.id, scope, filter.segment);
  }
  if (study.begins) where.add("g.created >= ?", *study.begins);
  if (study.ended) where.add("g.created < ?", *study.ended);
  return {};
}

}  // namespace

Result<std::vector<RatedAnswerRow>> newest_remarks(Transaction& transaction,
                                                   const RemarkFilter& filter,
                                                   const std::optional<RatedAnswerRow>& before,
                                                   int limit) {
  Conditions where;
  where.add("c.is_temporary = 0");
  where.add("(r.comment <> '' OR r.reasons <> '[]')");
  if (before) {
    where.add("(r.changed, r.message_id) < (?, ?)", before->changed.value_or(0), before->message);
  }
  if (filter.from) where.add("r.changed >= ?", *filter.from);
  if (filter.until) where.add("r.changed < ?", *filter.until);
  if (!filter.model.empty()) where.add("g.model = ?", filter.model);
  if (filter.study) {
    TRY(add_study(transaction, filter, where));
  } else if (!filter.segment.empty()) {
    where.add("(SELECT min(t.name) FROM group_members t WHERE t.user_id = r.user_id) = ?",
              filter.segment);
  }
  std::vector<SqlValue> values = std::move(where.values());
  values.push_back(sql_value(limit));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute_with(
                 cat("SELECT ", kRatedColumns, ", substr(q.content, 1, ", kQuestionBeginCharacters,
                     ") FROM ratings r JOIN generations g ON ", kLastGeneration,
                     " JOIN conversations c ON c.id = g.conversation_id JOIN messages m ON "
                     "m.id = r.message_id LEFT JOIN messages q ON q.id = m.parent_id ",
                     where.text(), " ORDER BY r.changed DESC, r.message_id DESC LIMIT ?"),
                 values));
  return rated_rows_of(rows);
}

Result<std::vector<RatedAnswerRow>> ratings_of_experiment(Transaction& transaction,
                                                          const ExperimentId& id) {
  // From the few answers of the arms to what was said of them, not the other way round: SQLite
  // keeps to the order of a CROSS JOIN.
  TRY_ASSIGN(
      const SqlRows rows,
      transaction.execute(
          "SELECT r.message_id, g.id, g.user_id, g.arm, r.value, r.score, '[]', '', r.changed, "
          "NULL, '' FROM generations g CROSS JOIN ratings r WHERE r.message_id = g.message_id AND "
          "g.arm <> '' AND g.arm IN (?, ?) AND g.state IN ('done', 'stopped') AND NOT EXISTS "
          "(SELECT 1 FROM generations x WHERE x.message_id = g.message_id AND x.id > g.id AND "
          "x.state IN ('done', 'stopped')) AND g.conversation_id NOT IN "
          "(SELECT id FROM conversations WHERE is_temporary = 1)",
          arm_label(id, Arm::First), arm_label(id, Arm::Second)));
  return rated_rows_of(rows);
}

}  // namespace falconet
