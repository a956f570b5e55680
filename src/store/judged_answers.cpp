#include "store/judged_answers.h"

namespace falconet {

Result<std::vector<JudgedAnswer>> judged_answers(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT r.user_id, m.id, m.parent_id, m.content, r.better, "
                                 "r.value, r.score, c.parameters FROM ratings r "
                                 "JOIN messages m ON m.id = r.message_id "
                                 "JOIN conversations c ON c.id = m.conversation_id "
                                 "WHERE m.role = 'assistant' AND m.parent_id IS NOT NULL AND "
                                 "m.status = 'done' AND c.is_temporary = 0 ORDER BY m.id"));
  std::vector<JudgedAnswer> answers;
  for (const SqlRow& row : rows) {
    const Json parameters = parse_json(row.text(7)).value_or(Json::object());
    answers.push_back({.user = {row.text(0)},
                       .id = {row.text(1)},
                       .question = {row.text(2)},
                       .content = row.text(3),
                       .better = row.text(4),
                       .value = static_cast<int>(row.integer(5)),
                       .score = row.optional_integer(6),
                       .system = string_member(parameters, "system").value_or("")});
  }
  return answers;
}

}  // namespace falconet
