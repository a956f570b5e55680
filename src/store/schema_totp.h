// The schema of one-time codes: the second step of a log-in.
#pragma once

#include <string_view>

namespace falconet {

// A secret that is not confirmed yet belongs to a set-up that is under way.
constexpr std::string_view kTotpSchema = R"sql(
CREATE TABLE totp_secrets (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  created BIGINT NOT NULL,
  confirmed BIGINT,
  last_step BIGINT NOT NULL);
CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  PRIMARY KEY (user_id, digest));
)sql";

}  // namespace falconet
