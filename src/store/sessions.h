// Sessions: browsers that have logged in. Tokens are known by their digests alone.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

constexpr std::int64_t kSessionMilliseconds = std::int64_t{30} * 24 * 60 * 60 * 1000;
// A person has a few devices; a script that logs in again and again must not fill the disk.
constexpr int kMaxSessionsOfUser = 50;
constexpr std::size_t kMaxUserAgentBytes = 300;
// How exactly it is known when somebody was last seen: each step costs a write.
constexpr std::int64_t kSeenMilliseconds = 5 * 60 * 1000;

struct UserSession {
  SessionId id = {};
  std::string user_agent = {};
  std::int64_t created = 0;
  std::int64_t last_seen = 0;
  std::int64_t expires = 0;
};

/// The user's oldest ones end when there are too many.
Result<UserSession> open_session(Transaction& transaction, const UserId& user,
                                 std::string_view token_digest, std::string_view user_agent);

struct SessionOfUser {
  UserSession session = {};
  User user = {};  // without groups
};

/// Nothing if there is none, it has expired, or its account is disabled.
Result<std::optional<SessionOfUser>> find_session(Transaction& transaction,
                                                  std::string_view token_digest);

enum class SessionRenewal { None, Renewed };

/// Notes that it was used; the whole time again once half of it is gone.
Result<SessionRenewal> touch_session(Transaction& transaction, const UserSession& session,
                                     const UserId& user);

/// Newest first; expired ones are not among them.
Result<std::vector<UserSession>> sessions_of(Transaction& transaction, const UserId& user);

/// Errors: NotFound, also for another user's.
Status end_session(Transaction& transaction, const UserId& user, const SessionId& id);

/// All of the user's but `except`.
Status end_sessions(Transaction& transaction, const UserId& user,
                    const std::optional<SessionId>& except = {});

/// Of everybody.
Status delete_expired_sessions(Transaction& transaction);

}  // namespace falconet
