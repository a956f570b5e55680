// Which account is whose at a provider of identities. Nothing else links the two: names and e-mail
// addresses can be given to somebody else.
#pragma once

#include <string_view>

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// Who somebody is to a provider: the pair that OpenID Connect promises never to give again.
struct Identity {
  std::string issuer = {};
  std::string subject = {};
};

/// The account that is linked to it; disabled ones as well. Nothing: none is.
Result<std::optional<User>> find_user_of(Transaction& transaction, const Identity& identity);

/// Errors: AlreadyExists (the identity is another account's, or the account has another identity of
/// this issuer).
Status link_identity(Transaction& transaction, const UserId& user, const Identity& identity);

/// Whether the account is linked to somebody at this issuer.
Result<bool> has_identity(Transaction& transaction, const UserId& user, std::string_view issuer);

/// Errors: NotFound.
Status unlink_identity(Transaction& transaction, const UserId& user, std::string_view issuer);

}  // namespace falconet
