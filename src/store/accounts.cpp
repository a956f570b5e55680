#include "store/accounts.h"

#include <algorithm>
#include <array>
#include <map>

#include "store/account_names.h"
#include "store/sessions.h"
#include "store/user_rows.h"
#include "store/users.h"

namespace falconet {
namespace {

constexpr std::array kRoles = {"administrator", "researcher", "annotator", "user"};

Status check_display_name(const std::string& name) {
  if (name.size() <= kMaxDisplayNameBytes) return {};
  return error(ErrorCode::InvalidArgument, "display_name: at most ", kMaxDisplayNameBytes,
               " bytes, found ", name.size());
}

Status check_groups(const std::vector<std::string>& groups) {
  if (groups.size() > kMaxGroupsOfUser) {
    return error(ErrorCode::InvalidArgument, "groups: at most ", kMaxGroupsOfUser, ", found ",
                 groups.size());
  }
  for (const std::string& group : groups) {
    if (trim(group).empty() || group.size() > kMaxGroupNameBytes) {
      return error(ErrorCode::InvalidArgument, "groups: each must have 1 to ", kMaxGroupNameBytes,
                   " bytes");
    }
  }
  return {};
}

Status write_groups(Transaction& transaction, const UserId& id,
                    const std::vector<std::string>& groups) {
  TRY(transaction.execute("DELETE FROM group_members WHERE user_id = ?", id));
  for (const std::string& group : groups) {
    TRY(
        transaction.execute("INSERT INTO group_members (user_id, name) VALUES (?, ?) "
                            "ON CONFLICT (user_id, name) DO NOTHING",
                            id, trim(group)));
  }
  return {};
}

/// To be asked before an administrator becomes something else.
Status check_other_administrators(Transaction& transaction, const UserId& id) {
  TRY_ASSIGN(const SqlRows others,
             transaction.execute("SELECT 1 FROM users WHERE role = ? AND is_disabled = 0 AND "
                                 "password_hash IS NOT NULL AND id <> ? LIMIT 1",
                                 kAdministrator, id));
  if (!others.empty()) return {};
  return error(ErrorCode::PermissionDenied,
               "this is the last administrator: make somebody else one first");
}

bool is_administrator(const User& user) { return user.role == kAdministrator && !user.is_disabled; }

Result<Credentials> credentials_of(const Result<SqlRows>& rows) {
  if (!rows) return rows.error();
  if (rows->empty()) return error(ErrorCode::NotFound, "there is no such account");
  return Credentials{user_of(rows->front()), rows->front().text(kNumUserColumns)};
}

}  // namespace

Status check_role(const std::string& role) {
  if (std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end()) return {};
  return error(ErrorCode::InvalidArgument,
               "role: expected administrator, researcher, annotator or user, found '",
               role.substr(0, 40), "'");
}

Result<User> create_account(Transaction& transaction, const NewAccount& account) {
  TRY(check_role(account.role));
  TRY(check_display_name(account.display_name));
  User user{.id = {transaction.new_id()},
            .name = account.name,
            .role = account.role,
            .created = transaction.now(),
            .display_name = account.display_name,
            .must_change_password = account.must_change_password};
  auto inserted = transaction.execute(
      "INSERT INTO users (id, name, name_key, role, created, display_name, password_hash, "
      "is_disabled, must_change_password) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
      user.id, user.name, account_name_key(user.name), user.role, user.created, user.display_name,
      account.password_hash, user.must_change_password);
  if (inserted) return user;
  if (inserted.error().code != ErrorCode::AlreadyExists) return inserted.error();
  return error(ErrorCode::AlreadyExists, "name: '", user.name, "' is taken");
}

Result<std::optional<User>> make_account_of_local_user(Transaction& transaction,
                                                       const NewAccount& account) {
  TRY(check_role(account.role));
  TRY(check_display_name(account.display_name));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT id FROM users WHERE name = ? AND password_hash IS NULL",
                                 kLocalUser));
  if (rows.empty()) return std::optional<User>();
  const UserId id{rows.front().text(0)};
  TRY(transaction.execute(
      "UPDATE users SET name = ?, name_key = ?, role = ?, display_name = ?, password_hash = ?, "
      "must_change_password = ? WHERE id = ?",
      account.name, account_name_key(account.name), account.role, account.display_name,
      account.password_hash, account.must_change_password, id));
  TRY_ASSIGN(User user, find_account(transaction, id));
  return std::optional<User>(std::move(user));
}

Result<bool> is_name_taken(Transaction& transaction, std::string_view name) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT 1 FROM users WHERE name_key = ?", account_name_key(name)));
  return !rows.empty();
}

Result<Credentials> find_credentials(Transaction& transaction, std::string_view name) {
  return credentials_of(
      transaction.execute(cat(select_users(", u.password_hash"),
                              "WHERE u.name_key = ? AND u.password_hash IS NOT NULL"),
                          account_name_key(name)));
}

Result<Credentials> find_credentials(Transaction& transaction, const UserId& id) {
  return credentials_of(transaction.execute(
      cat(select_users(", u.password_hash"), "WHERE u.id = ? AND u.password_hash IS NOT NULL"),
      id));
}

Result<User> find_account(Transaction& transaction, const UserId& id) {
  TRY_ASSIGN(Credentials found, find_credentials(transaction, id));
  TRY_ASSIGN(
      const SqlRows groups,
      transaction.execute("SELECT name FROM group_members WHERE user_id = ? ORDER BY name", id));
  for (const SqlRow& row : groups) found.user.groups.push_back(row.text(0));
  return std::move(found.user);
}

Result<std::vector<ListedAccount>> list_accounts(Transaction& transaction,
                                                 const std::optional<UserId>& only) {
  constexpr const char* kNumConversations =
      ", (SELECT count(*) FROM conversations c WHERE c.user_id = u.id AND c.is_temporary = 0)";
  std::vector<SqlValue> values;
  if (only) values.push_back(sql_value(*only));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute_with(
                 cat(select_users(kNumConversations), "WHERE u.password_hash IS NOT NULL ",
                     only ? "AND u.id = ? " : "", "ORDER BY u.id"),
                 values));
  TRY_ASSIGN(const SqlRows groups,
             transaction.execute_with(cat("SELECT user_id, name FROM group_members ",
                                          only ? "WHERE user_id = ? " : "", "ORDER BY name"),
                                      values));
  std::map<std::string, std::vector<std::string>> groups_of;
  for (const SqlRow& row : groups) groups_of[row.text(0)].push_back(row.text(1));
  std::vector<ListedAccount> accounts;
  for (const SqlRow& row : rows) {
    ListedAccount account{user_of(row), row.integer(kNumUserColumns)};
    account.user.groups = std::move(groups_of[account.user.id.value]);
    accounts.push_back(std::move(account));
  }
  return accounts;
}

Result<bool> has_accounts(Transaction& transaction) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT 1 FROM users WHERE password_hash IS NOT NULL LIMIT 1"));
  return !rows.empty();
}

Result<User> change_account(Transaction& transaction, const UserId& id,
                            const AccountChange& change) {
  TRY_ASSIGN(const User before, find_account(transaction, id));
  User after = before;
  if (change.role) after.role = *change.role;
  if (change.is_disabled) after.is_disabled = *change.is_disabled;
  if (change.display_name) after.display_name = *change.display_name;
  TRY(check_role(after.role));
  TRY(check_display_name(after.display_name));
  if (is_administrator(before) && !is_administrator(after)) {
    TRY(check_other_administrators(transaction, id));
  }
  TRY(
      transaction.execute("UPDATE users SET role = ?, is_disabled = ?, display_name = ? "
                          "WHERE id = ?",
                          after.role, after.is_disabled, after.display_name, id));
  if (change.groups) {
    TRY(check_groups(*change.groups));
    TRY(write_groups(transaction, id, *change.groups));
  }
  if (after.is_disabled) TRY(end_sessions(transaction, id));
  return find_account(transaction, id);
}

Status set_password(Transaction& transaction, const UserId& id, std::string_view password_hash,
                    PasswordOwner chosen_by) {
  TRY(find_credentials(transaction, id));
  TRY(
      transaction.execute("UPDATE users SET password_hash = ?, must_change_password = ? "
                          "WHERE id = ?",
                          password_hash, chosen_by == PasswordOwner::Administrator, id));
  return {};
}

Status delete_account(Transaction& transaction, const UserId& id) {
  TRY_ASSIGN(const User user, find_account(transaction, id));
  if (is_administrator(user)) TRY(check_other_administrators(transaction, id));
  TRY(
      transaction.execute("UPDATE audit_events SET address = '', detail = '{}' WHERE actor_id = ? "
                          "OR (actor_id IS NULL AND subject_id = ?)",
                          id, id));
  TRY(transaction.execute("DELETE FROM users WHERE id = ?", id));
  if (transaction.dialect() != SqlDialect::Sqlite) return {};
  // Its index of words only notes that rows have gone, until it is written anew.
  TRY(transaction.execute("INSERT INTO search_index (search_index) VALUES ('optimize')"));
  return {};
}

}  // namespace falconet
