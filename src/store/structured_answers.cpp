#include "store/structured_answers.h"

namespace falconet {

Status add_structured_answer(Transaction& transaction, const StructuredAnswer& answer) {
  TRY(transaction.execute(
      "INSERT INTO structured_answers (id, caller, created, model, task, turn, prompt_tokens, "
      "reasoning_tokens, answer_tokens, finish_reason, total_ms, outcome, is_constrained) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      transaction.new_id(), answer.caller, transaction.now(), answer.model, answer.task,
      answer.turn, answer.prompt_tokens, answer.reasoning_tokens, answer.answer_tokens,
      answer.finish_reason, answer.total_ms, answer.outcome, answer.is_constrained));
  return {};
}

Result<std::vector<StructuredAnswer>> list_structured_answers(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 "SELECT id, caller, created, model, task, turn, prompt_tokens, reasoning_tokens, "
                 "answer_tokens, finish_reason, total_ms, outcome, is_constrained "
                 "FROM structured_answers ORDER BY created, id"));
  std::vector<StructuredAnswer> answers;
  answers.reserve(rows.size());
  for (const SqlRow& row : rows) {
    answers.push_back({.id = row.text(0),
                       .caller = row.text(1),
                       .created = row.integer(2),
                       .model = row.text(3),
                       .task = row.text(4),
                       .turn = row.integer(5),
                       .prompt_tokens = row.integer(6),
                       .reasoning_tokens = row.integer(7),
                       .answer_tokens = row.integer(8),
                       .finish_reason = row.text(9),
                       .total_ms = row.number(10),
                       .outcome = row.text(11),
                       .is_constrained = row.boolean(12)});
  }
  return answers;
}

}  // namespace falconet
