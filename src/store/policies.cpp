#include "store/policies.h"

namespace falconet {

Result<std::optional<std::string>> policy_value(Transaction& transaction, const char* name) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT value FROM policies WHERE name = ?", name));
  return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

Status set_policy_value(Transaction& transaction, const char* name, const std::string& value) {
  TRY(
      transaction.execute("INSERT INTO policies (name, value) VALUES (?, ?) "
                          "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                          name, value));
  return {};
}

Status remove_policy_value(Transaction& transaction, const char* name) {
  TRY(transaction.execute("DELETE FROM policies WHERE name = ?", name));
  return {};
}

}  // namespace falconet
