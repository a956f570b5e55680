// What a person whom the provider knows gets here: their account, a new one, or a link to it.
#pragma once

#include <optional>
#include <string>

#include "server/app_call.h"
#include "server/id_token.h"

namespace falconet {

/// Why somebody does not come in with the provider.
struct OidcRefusal {
  std::string code = {};  // for the page's address: "over", "denied", "failed", …
  std::string why = {};   // for logs; holds no token, code or secret
};

/// From here on the call is theirs, in a session of this secret: they have an account that is
/// linked to them, or become a user if that is allowed. Errors: those of the store.
Result<std::optional<OidcRefusal>> log_in_with(AppCall& call, const IdTokenClaims& claims,
                                               const std::string& secret);

/// Links the call's account to them. Errors: those of the store.
Result<std::optional<OidcRefusal>> link_to(AppCall& call, const IdTokenClaims& claims);

}  // namespace falconet
