#include "store/prompts.h"

#include "store/folders.h"

namespace falconet {
namespace {

constexpr const char* kSelectPrompts = "SELECT id, name, text, changed FROM prompts ";

SavedPrompt prompt_of(const SqlRow& row) {
  return {{row.text(0)}, row.text(1), row.text(2), row.integer(3)};
}

Status check_prompt(const SavedPrompt& prompt) {
  if (trim(prompt.name).empty() || prompt.name.size() > kMaxNameBytes) {
    return error(ErrorCode::InvalidArgument, "name: expected 1 to ", kMaxNameBytes,
                 " bytes, found ", prompt.name.size());
  }
  if (prompt.text.size() <= kMaxPromptBytes) return {};
  return error(ErrorCode::InvalidArgument, "text: at most ", kMaxPromptBytes, " bytes, found ",
               prompt.text.size());
}

}  // namespace

Result<std::vector<SavedPrompt>> prompts_of(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectPrompts, "WHERE user_id = ? ORDER BY name, id"), user));
  std::vector<SavedPrompt> prompts;
  for (const SqlRow& row : rows) prompts.push_back(prompt_of(row));
  return prompts;
}

Result<SavedPrompt> create_prompt(Transaction& transaction, const UserId& user,
                                  const PromptChange& fields) {
  const SavedPrompt prompt{{transaction.new_id()},
                           fields.name.value_or(""),
                           fields.text.value_or(""),
                           transaction.now()};
  TRY(check_prompt(prompt));
  TRY_ASSIGN(const SqlRows present,
             transaction.execute("SELECT count(*) FROM prompts WHERE user_id = ?", user));
  if (present.front().integer(0) >= static_cast<std::int64_t>(kMaxPrompts)) {
    return error(ErrorCode::Exhausted, "there are ", kMaxPrompts,
                 " prompts already; delete one first");
  }
  TRY(transaction.execute(
      "INSERT INTO prompts (id, user_id, name, text, changed) VALUES (?, ?, ?, ?, ?)", prompt.id,
      user, prompt.name, prompt.text, prompt.changed));
  return prompt;
}

Result<SavedPrompt> update_prompt(Transaction& transaction, const UserId& user, const PromptId& id,
                                  const PromptChange& change) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(kSelectPrompts, "WHERE id = ? AND user_id = ?"), id, user));
  if (rows.empty()) return error(ErrorCode::NotFound, "there is no prompt ", id.value);
  SavedPrompt prompt = prompt_of(rows.front());
  if (change.name) prompt.name = *change.name;
  if (change.text) prompt.text = *change.text;
  prompt.changed = transaction.now();
  TRY(check_prompt(prompt));
  TRY(transaction.execute(
      "UPDATE prompts SET name = ?, text = ?, changed = ? WHERE id = ? AND user_id = ?",
      prompt.name, prompt.text, prompt.changed, id, user));
  return prompt;
}

Status delete_prompt(Transaction& transaction, const UserId& user, const PromptId& id) {
  TRY_ASSIGN(const SqlRows deleted,
             transaction.execute("DELETE FROM prompts WHERE id = ? AND user_id = ? RETURNING id",
                                 id, user));
  if (deleted.empty()) return error(ErrorCode::NotFound, "there is no prompt ", id.value);
  return {};
}

}  // namespace falconet
