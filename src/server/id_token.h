// What a provider of identities says about who logged in: OpenID Connect Core 1.0, section 3.1.3.7.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

// Clocks of two servers differ a little.
constexpr std::chrono::seconds kIdTokenLeeway{60};

struct IdTokenTerms {
  std::string issuer = {};
  std::string client_id = {};
  std::string nonce = {};
  std::chrono::system_clock::time_point now = {};
};

struct IdTokenClaims {
  std::string subject = {};
  std::string preferred_username = {};  // these three as the provider likes, or empty
  std::string name = {};
  std::string email = {};
};

/// The claims of a token that was made for us, now and for this log-in, by one of `keys` (a JSON
/// Web Key Set). Errors: NotFound (the key is not among them: they may have changed),
/// PermissionDenied (anything else; says what was expected and nothing of the token but its times
/// and names of algorithms).
Result<IdTokenClaims> verify_id_token(std::string_view token, const Json& keys,
                                      const IdTokenTerms& terms);

}  // namespace falconet
