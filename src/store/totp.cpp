#include "store/totp.h"

namespace falconet {

Result<std::optional<TotpSecret>> find_totp(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT secret, confirmed, last_step FROM totp_secrets "
                                 "WHERE user_id = ? AND (confirmed IS NOT NULL OR created > ?)",
                                 user, transaction.now() - kTotpSetUpMilliseconds));
  if (rows.empty()) return std::optional<TotpSecret>();
  const SqlRow& row = rows.front();
  return std::optional(TotpSecret{.secret = row.text(0),
                                  .is_on = row.optional_integer(1).has_value(),
                                  .last_step = row.integer(2)});
}

Status begin_totp(Transaction& transaction, const UserId& user, std::string_view secret) {
  TRY(transaction.execute("DELETE FROM totp_secrets WHERE user_id = ? AND confirmed IS NULL",
                          user));
  TRY_ASSIGN(const SqlRows begun,
             transaction.execute(
                 "INSERT INTO totp_secrets (user_id, secret, created, confirmed, last_step) "
                 "VALUES (?, ?, ?, NULL, 0) ON CONFLICT (user_id) DO NOTHING RETURNING user_id",
                 user, secret, transaction.now()));
  if (!begun.empty()) return {};
  return error(ErrorCode::AlreadyExists, "this account logs in with codes already");
}

Status turn_totp_on(Transaction& transaction, const UserId& user, std::int64_t step,
                    const std::vector<std::string>& recovery_digests) {
  TRY_ASSIGN(const SqlRows confirmed,
             transaction.execute(
                 "UPDATE totp_secrets SET confirmed = ?, last_step = ? WHERE user_id = ? "
                 "AND confirmed IS NULL AND created > ? RETURNING user_id",
                 transaction.now(), step, user, transaction.now() - kTotpSetUpMilliseconds));
  if (confirmed.empty()) {
    return error(ErrorCode::NotFound, "no set-up of codes is under way; begin again");
  }
  for (const std::string& digest : recovery_digests) {
    TRY(transaction.execute("INSERT INTO recovery_codes (user_id, digest) VALUES (?, ?)", user,
                            digest));
  }
  return {};
}

Result<bool> use_totp_step(Transaction& transaction, const UserId& user, std::int64_t step) {
  TRY_ASSIGN(const SqlRows used,
             transaction.execute("UPDATE totp_secrets SET last_step = ? WHERE user_id = ? AND "
                                 "confirmed IS NOT NULL AND last_step < ? RETURNING user_id",
                                 step, user, step));
  return !used.empty();
}

Result<bool> use_recovery_code(Transaction& transaction, const UserId& user,
                               std::string_view digest) {
  TRY_ASSIGN(const SqlRows used,
             transaction.execute("DELETE FROM recovery_codes WHERE user_id = ? AND digest = ? "
                                 "RETURNING digest",
                                 user, digest));
  return !used.empty();
}

Status turn_totp_off(Transaction& transaction, const UserId& user) {
  TRY(transaction.execute("DELETE FROM recovery_codes WHERE user_id = ?", user));
  TRY_ASSIGN(const SqlRows removed,
             transaction.execute("DELETE FROM totp_secrets WHERE user_id = ? AND "
                                 "confirmed IS NOT NULL RETURNING user_id",
                                 user));
  if (!removed.empty()) return {};
  return error(ErrorCode::NotFound, "this account logs in without codes");
}

}  // namespace falconet
