// People, and what they have set for themselves.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

// Who asks where there are no accounts.
constexpr const char* kLocalUser = "local";

/// The user of this name, who is created if need be: without accounts there is one, kLocalUser.
Result<User> ensure_user(Transaction& transaction, const std::string& name,
                         const std::string& role);

// An object with free keys; a page keeps a few hundred bytes there.
constexpr std::size_t kMaxSettingsBytes = 64u << 10;

Result<Json> settings_of(Transaction& transaction, const UserId& user);

/// Merges the members of `changes`, where null deletes; the whole settings afterwards.
/// Errors: InvalidArgument (no object, or too large together).
Result<Json> change_settings(Transaction& transaction, const UserId& user, const Json& changes);

}  // namespace falconet
