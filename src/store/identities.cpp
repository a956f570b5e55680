#include "store/identities.h"

#include "store/user_rows.h"

namespace falconet {

Result<std::optional<User>> find_user_of(Transaction& transaction, const Identity& identity) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat(select_users(),
                                                         "JOIN identities i ON i.user_id = u.id "
                                                         "WHERE i.issuer = ? AND i.subject = ?"),
                                                     identity.issuer, identity.subject));
  if (rows.empty()) return std::optional<User>();
  return std::optional(user_of(rows.front()));
}

Status link_identity(Transaction& transaction, const UserId& user, const Identity& identity) {
  TRY_ASSIGN(const auto owner, find_user_of(transaction, identity));
  if (owner && owner->id == user) return {};
  if (owner) {
    return error(ErrorCode::AlreadyExists, "this identity belongs to another account here");
  }
  TRY_ASSIGN(const bool has_other, has_identity(transaction, user, identity.issuer));
  if (has_other) {
    return error(ErrorCode::AlreadyExists,
                 "this account is linked to another identity; unlink that one first");
  }
  TRY(transaction.execute(
      "INSERT INTO identities (issuer, subject, user_id, linked) VALUES (?, ?, ?, ?)",
      identity.issuer, identity.subject, user, transaction.now()));
  return {};
}

Result<bool> has_identity(Transaction& transaction, const UserId& user, std::string_view issuer) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT 1 FROM identities WHERE user_id = ? AND issuer = ?", user,
                                 issuer));
  return !rows.empty();
}

Status unlink_identity(Transaction& transaction, const UserId& user, std::string_view issuer) {
  TRY_ASSIGN(const SqlRows removed,
             transaction.execute(
                 "DELETE FROM identities WHERE user_id = ? AND issuer = ? RETURNING user_id", user,
                 issuer));
  if (!removed.empty()) return {};
  return error(ErrorCode::NotFound, "this account is linked to nobody there");
}

}  // namespace falconet
