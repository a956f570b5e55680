#include "store/analysed_answers.h"

#include "base/strings.h"
#include "store/message_rows.h"

namespace falconet {
namespace {

Result<std::vector<AnswerMoment>> moments(Transaction& transaction, std::string_view sql,
                                          const std::vector<SqlValue>& parameters = {}) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute_with(sql, parameters));
  std::vector<AnswerMoment> out;
  out.reserve(rows.size());
  for (const SqlRow& row : rows) out.push_back({{row.text(0)}, row.integer(1)});
  return out;
}

AnalysedGeneration analysed_generation_of(const SqlRow& row) {
  AnalysedGeneration out{.user = {row.text(1)},
                         .conversation = {row.text(2)},
                         .message = {row.text(3)},
                         .created = row.integer(4),
                         .ended = row.optional_integer(17).value_or(row.integer(4)),
                         .was_stopped = row.text(16) == "stopped",
                         .ledger = {.id = {row.text(0)},
                                    .model = row.text(5),
                                    .prompt_tokens = row.integer(7),
                                    .reasoning_tokens = row.integer(8),
                                    .answer_tokens = row.integer(9),
                                    .context_max = row.integer(10),
                                    .turn = row.integer(6),
                                    .queue_ms = row.number(13),
                                    .prefill_ms = row.number(14),
                                    .decode_ms = row.number(15),
                                    .finish_reason = row.optional_text(12),
                                    .arm = row.text(18)},
                         .question = row.text(19),
                         .answer = row.text(20)};
  out.num_evicted = static_cast<std::int64_t>(strings_of(row.text(11)).size());
  return out;
}

/// All rows of a statement that gives them by a key, which is not empty: it is bound to the last
/// key seen and to how many rows to give.
template <class Visit>
Status each_row(Transaction& transaction, const std::string& sql, std::size_t key_column,
                int page_rows, const Visit& visit) {
  std::string last;
  while (true) {
    TRY_ASSIGN(const SqlRows rows, transaction.execute(sql, last, page_rows));
    for (const SqlRow& row : rows) visit(row);
    if (static_cast<int>(rows.size()) < page_rows) return {};
    last = rows.back().text(key_column);
  }
}

}  // namespace

Result<std::vector<AnalysedPerson>> analysed_people(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT u.id, u.created, (SELECT min(g.name) FROM group_members g "
                 "WHERE g.user_id = u.id) FROM users u WHERE EXISTS (SELECT 1 FROM generations x "
                 "JOIN conversations c ON c.id = x.conversation_id WHERE x.user_id = u.id AND "
                 "c.is_temporary = 0) ORDER BY u.created, u.id"));
  std::vector<AnalysedPerson> people;
  for (const SqlRow& row : rows) people.push_back({{row.text(0)}, row.integer(1), row.text(2)});
  return people;
}

Status each_analysed_generation(Transaction& transaction, int num_characters,
                                FunctionRef<void(const AnalysedGeneration&)> visit, int page_rows) {
  // The order of the joins is SQLite's with CROSS JOIN; of a state that is computed it takes no
  // index, which would be sorted anew for every page.
  const std::string sql =
      cat("SELECT g.id, g.user_id, g.conversation_id, g.message_id, g.created, g.model, g.turn, "
          "g.prompt_tokens, g.reasoning_tokens, g.answer_tokens, g.context_max, "
          "g.evicted_message_ids, g.finish_reason, g.queue_ms, g.prefill_ms, g.decode_ms, g.state, "
          "g.ended, g.arm, substr(q.content, 1, ",
          num_characters, "), substr(m.content, 1, ", num_characters,
          ") FROM generations g CROSS JOIN conversations c JOIN messages m ON m.id = g.message_id "
          "LEFT JOIN messages q ON q.id = m.parent_id WHERE c.id = g.conversation_id AND "
          "c.is_temporary = 0 AND (g.state || '') IN ('done', 'stopped') AND g.id > ? "
          "ORDER BY g.id LIMIT ?");
  return each_row(transaction, sql, 0, page_rows,
                  [&](const SqlRow& row) { visit(analysed_generation_of(row)); });
}

Result<std::vector<AnalysedRating>> analysed_ratings(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT m.id, r.value, r.reasons, r.comment, r.changed, p.probability, p.shown, "
                 "r.score FROM messages m LEFT JOIN ratings r ON r.message_id = m.id "
                 "LEFT JOIN probes p ON p.message_id = m.id AND p.shown IS NOT NULL "
                 "WHERE r.message_id IS NOT NULL OR p.message_id IS NOT NULL ORDER BY m.id"));
  std::vector<AnalysedRating> ratings;
  for (const SqlRow& row : rows) {
    AnalysedRating& out = ratings.emplace_back(AnalysedRating{.message = {row.text(0)}});
    if (const auto value = row.optional_integer(1)) {
      out.rating = Rating{.value = static_cast<int>(*value),
                          .reasons = strings_of(row.text(2)),
                          .comment = row.text(3),
                          .changed = row.integer(4)};
      if (const auto score = row.optional_integer(7)) {
        out.rating->score = static_cast<int>(*score);
      }
    }
    if (row.optional_integer(6)) out.probe = RatingProbe{row.number(5), row.optional_integer(6)};
  }
  return ratings;
}

Result<std::vector<AnswerMoment>> copied_answers(Transaction& transaction) {
  return moments(transaction,
                 "SELECT message_id, happened FROM signals WHERE kind = 'copied' "
                 "ORDER BY message_id");
}

Result<std::vector<AnswerMoment>> regenerated_answers(Transaction& transaction) {
  // The two answers of a comparison came together: nobody asked for another.
  return moments(transaction,
                 "SELECT m.id, min(n.created) FROM messages m JOIN messages n ON "
                 "n.parent_id = m.parent_id AND n.id > m.id AND n.role = 'assistant' "
                 "WHERE m.role = 'assistant' AND NOT EXISTS (SELECT 1 FROM generations g "
                 "JOIN generations h ON h.comparison_id = g.comparison_id "
                 "WHERE g.message_id = m.id AND h.message_id = n.id) "
                 "GROUP BY m.id ORDER BY m.id");
}

Result<std::vector<AnswerMoment>> edited_answers(Transaction& transaction) {
  return moments(transaction,
                 "SELECT a.id, min(n.created) FROM messages a JOIN messages q ON "
                 "q.id = a.parent_id JOIN messages n ON n.conversation_id = q.conversation_id "
                 "AND n.role = 'user' AND n.id > q.id AND (n.parent_id = q.parent_id OR "
                 "(n.parent_id IS NULL AND q.parent_id IS NULL)) "
                 "WHERE a.role = 'assistant' AND q.role = 'user' GROUP BY a.id ORDER BY a.id");
}

Result<std::vector<AnswerMoment>> last_answers(Transaction& transaction, std::int64_t silence_ms) {
  // The last thing said in a chat has the greatest id: ids rise with time.
  return moments(transaction,
                 "SELECT a.id, a.created FROM messages a JOIN conversations c ON "
                 "c.id = a.conversation_id WHERE a.role = 'assistant' AND a.status IN "
                 "('done', 'stopped') AND c.is_temporary = 0 AND c.changed <= ? AND "
                 "NOT EXISTS (SELECT 1 FROM messages n WHERE n.conversation_id = "
                 "a.conversation_id AND n.id > a.id) ORDER BY a.id",
                 {transaction.now() - silence_ms});
}

Status each_followed_answer(Transaction& transaction, int num_characters,
                            FunctionRef<void(const FollowedAnswer&)> visit, int page_rows) {
  const std::string sql =
      cat("SELECT a.id, n.created, substr(q.content, 1, ", num_characters,
          "), substr(n.content, 1, ", num_characters,
          "), n.id FROM messages n CROSS JOIN messages a JOIN messages q ON q.id = a.parent_id "
          "WHERE a.id = n.parent_id AND a.role = 'assistant' AND q.role = 'user' AND "
          "n.role = 'user' AND n.id > ? ORDER BY n.id LIMIT ?");
  return each_row(transaction, sql, 4, page_rows, [&](const SqlRow& row) {
    visit({{row.text(0)}, row.integer(1), row.text(2), row.text(3)});
  });
}

}  // namespace falconet
