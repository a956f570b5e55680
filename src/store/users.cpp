#include "store/users.h"

#include "store/account_names.h"
#include "store/user_rows.h"

namespace falconet {

Result<User> ensure_user(Transaction& transaction, const std::string& name,
                         const std::string& role) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(cat(select_users(), "WHERE u.name = ?"), name));
  if (!rows.empty()) return user_of(rows.front());
  User user{.id = {transaction.new_id()}, .name = name, .role = role, .created = transaction.now()};
  TRY(transaction.execute(
      "INSERT INTO users (id, name, name_key, role, created) VALUES (?, ?, ?, ?, ?)", user.id,
      user.name, account_name_key(user.name), user.role, user.created));
  return user;
}

Result<Json> settings_of(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT document FROM settings WHERE user_id = ?", user));
  if (rows.empty()) return Json::object();
  return parse_json(rows.front().text(0));
}

Result<Json> change_settings(Transaction& transaction, const UserId& user, const Json& changes) {
  if (!changes.is_object()) {
    return error(ErrorCode::InvalidArgument, "settings: expected an object, found a JSON ",
                 changes.type_name());
  }
  TRY_ASSIGN(Json settings, settings_of(transaction, user));
  for (const auto& [name, value] : changes.items()) {
    if (value.is_null()) {
      settings.erase(name);
    } else {
      settings[name] = value;
    }
  }
  const std::string document = to_text(settings);
  if (document.size() > kMaxSettingsBytes) {
    return error(ErrorCode::InvalidArgument, "settings: would be ", document.size(),
                 " bytes, more than the ", kMaxSettingsBytes, " that one user may keep");
  }
  TRY(
      transaction.execute("INSERT INTO settings (user_id, document, changed) VALUES (?, ?, ?) "
                          "ON CONFLICT (user_id) DO UPDATE SET document = excluded.document, "
                          "changed = excluded.changed",
                          user, document, transaction.now()));
  return settings;
}

}  // namespace falconet
