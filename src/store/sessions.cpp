#include "store/sessions.h"

#include "base/unicode.h"
#include "store/user_rows.h"

namespace falconet {
namespace {

constexpr const char* kSessionColumns =
    "SELECT id, user_agent, created, last_seen, expires FROM sessions ";

UserSession session_of(const SqlRow& row, std::size_t first) {
  return {.id = {row.text(first)},
          .user_agent = row.text(first + 1),
          .created = row.integer(first + 2),
          .last_seen = row.integer(first + 3),
          .expires = row.integer(first + 4)};
}

}  // namespace

Result<UserSession> open_session(Transaction& transaction, const UserId& user,
                                 std::string_view token_digest, std::string_view user_agent) {
  UserSession session{.id = {transaction.new_id()},
                      .user_agent = to_valid_utf8(user_agent.substr(0, kMaxUserAgentBytes)),
                      .created = transaction.now(),
                      .last_seen = transaction.now(),
                      .expires = transaction.now() + kSessionMilliseconds};
  TRY(transaction.execute(
      "INSERT INTO sessions (id, token_digest, user_id, user_agent, created, last_seen, expires) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      session.id, token_digest, user, session.user_agent, session.created, session.last_seen,
      session.expires));
  TRY(
      transaction.execute("DELETE FROM sessions WHERE user_id = ? AND id NOT IN (SELECT id FROM "
                          "sessions WHERE user_id = ? ORDER BY id DESC LIMIT ?)",
                          user, user, kMaxSessionsOfUser));
  TRY(transaction.execute("UPDATE users SET last_seen = ? WHERE id = ?", transaction.now(), user));
  return session;
}

Result<std::optional<SessionOfUser>> find_session(Transaction& transaction,
                                                  std::string_view token_digest) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 cat(select_users(", s.id, s.user_agent, s.created, s.last_seen, s.expires"),
                     "JOIN sessions s ON s.user_id = u.id WHERE s.token_digest = ? AND "
                     "s.expires > ? AND u.is_disabled = 0"),
                 token_digest, transaction.now()));
  if (rows.empty()) return std::optional<SessionOfUser>();
  const SqlRow& row = rows.front();
  return std::optional(SessionOfUser{session_of(row, kNumUserColumns), user_of(row)});
}

Result<SessionRenewal> touch_session(Transaction& transaction, const UserSession& session,
                                     const UserId& user) {
  const bool is_renewed = session.expires - transaction.now() < kSessionMilliseconds / 2;
  TRY(transaction.execute(
      "UPDATE sessions SET last_seen = ?, expires = ? WHERE id = ?", transaction.now(),
      is_renewed ? transaction.now() + kSessionMilliseconds : session.expires, session.id));
  TRY(transaction.execute("UPDATE users SET last_seen = ? WHERE id = ?", transaction.now(), user));
  return is_renewed ? SessionRenewal::Renewed : SessionRenewal::None;
}

Result<std::vector<UserSession>> sessions_of(Transaction& transaction, const UserId& user) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute(
                 cat(kSessionColumns, "WHERE user_id = ? AND expires > ? ORDER BY id DESC"), user,
                 transaction.now()));
  std::vector<UserSession> sessions;
  for (const SqlRow& row : rows) sessions.push_back(session_of(row, 0));
  return sessions;
}

Status end_session(Transaction& transaction, const UserId& user, const SessionId& id) {
  TRY_ASSIGN(const SqlRows ended,
             transaction.execute("DELETE FROM sessions WHERE id = ? AND user_id = ? RETURNING id",
                                 id, user));
  if (ended.empty()) return error(ErrorCode::NotFound, "there is no session ", id.value);
  return {};
}

Status end_sessions(Transaction& transaction, const UserId& user,
                    const std::optional<SessionId>& except) {
  TRY(transaction.execute("DELETE FROM sessions WHERE user_id = ? AND id <> ?", user,
                          except.value_or(SessionId{})));
  return {};
}

Status delete_expired_sessions(Transaction& transaction) {
  TRY(transaction.execute("DELETE FROM sessions WHERE expires <= ?", transaction.now()));
  return {};
}

}  // namespace falconet
