// What the one-time codes of accounts are computed from, and which of them were used. How they are
// computed is nothing that the store knows.
#pragma once

#include <string_view>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

// To install an app and to read a code off it; a secret that was shown longer ago is forgotten.
constexpr std::int64_t kTotpSetUpMilliseconds = std::int64_t{15} * 60 * 1000;

struct TotpSecret {
  std::string secret = {};     // base 32
  bool is_on = false;          // a first code has confirmed it: logging in asks for codes
  std::int64_t last_step = 0;  // of the code that was accepted last: none up to it is any more
};

/// Nothing: none, or a set-up that was given up.
Result<std::optional<TotpSecret>> find_totp(Transaction& transaction, const UserId& user);

/// Begins a set-up; one that was begun before is void. Errors: AlreadyExists (codes are on).
Status begin_totp(Transaction& transaction, const UserId& user, std::string_view secret);

/// Ends the set-up: from now on logging in asks for codes, later than that of `step`, or for one of
/// those with these digests. Errors: NotFound (no set-up is under way).
Status turn_totp_on(Transaction& transaction, const UserId& user, std::int64_t step,
                    const std::vector<std::string>& recovery_digests);

/// Whether the code of this step is accepted: each is once, and none earlier than the last.
Result<bool> use_totp_step(Transaction& transaction, const UserId& user, std::int64_t step);

/// Whether there was such a code; it is used up.
Result<bool> use_recovery_code(Transaction& transaction, const UserId& user,
                               std::string_view digest);

/// Forgets secret and recovery codes. Errors: NotFound (codes are not on).
Status turn_totp_off(Transaction& transaction, const UserId& user);

}  // namespace falconet
