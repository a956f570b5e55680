// What `serve --oidc-…` says.
#pragma once

#include <string>

#include "hub/oidc_provider.h"

namespace falconet {

/// Who becomes a user by logging in with the provider for the first time.
enum class OidcSignUp {
  Policy,  // as the server's own policy says: anyone if sign-up is open
  Open,    // anyone whom the provider knows
  Closed,  // nobody: accounts are linked by their owners
};

struct OidcSettings {
  OidcClient client = {};
  std::string name = {};  // of the provider, for people: "Company"
  OidcSignUp sign_up = OidcSignUp::Policy;
};

}  // namespace falconet
