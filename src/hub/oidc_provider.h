// A provider of identities as OpenID Connect describes it: where it is asked, the keys that it
// signs with, and what it gives for a code.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "hub/http.h"

namespace falconet {

// How long what a provider says of itself is believed. Keys are asked for anew when one is missing…
constexpr std::chrono::seconds kOidcMemory{60 * 60};
// …but not more often than this, whatever tokens come.
constexpr std::chrono::seconds kOidcKeyPause{60};

// One that does not answer is not asked by everybody who would like to log in.
constexpr std::chrono::seconds kOidcFailurePause{10};

struct OidcClient {
  std::string issuer = {};  // without a slash at its end, unless the provider's own has one
  std::string client_id = {};
  std::string client_secret = {};  // empty: a public client, which PKCE alone protects
};

/// Errors: InvalidArgument: an address that is not https, or http of this machine.
Status check_oidc_address(std::string_view what, std::string_view url);

struct OidcEndpoints {
  std::string authorization = {};
  std::string token = {};
  std::string keys = {};
  bool takes_basic = true;  // the client's secret as "Authorization: Basic", or else in the body
};

/// What a browser brought back, and what only we know (RFC 7636).
struct OidcGrant {
  std::string code = {};
  std::string verifier = {};
  std::string redirect_uri = {};
};

enum class OidcKeys {
  Known,
  Fresh,  // one was missing: asked for anew, if that was not done just now
};

/// Asks over the network and blocks meanwhile. Safe to use from any thread.
class OidcProvider {
 public:
  /// The clock must outlive the provider.
  OidcProvider(OidcClient client, const Clock& clock) : client_(std::move(client)), clock_(clock) {}

  const OidcClient& client() const { return client_; }

  /// Errors: Unavailable (it does not answer), Corrupt (it says something else than a provider of
  /// this issuer would), Cancelled.
  Result<OidcEndpoints> endpoints();

  /// A JSON Web Key Set (RFC 7517). Errors: as endpoints().
  Result<Json> keys(OidcKeys wanted);

  /// The ID token, not yet verified. Errors: PermissionDenied (the code is refused; says how, and
  /// neither code nor secret), those of endpoints().
  Result<std::string> exchange(const OidcGrant& grant);

  /// Ends what is being asked, for good.
  void interrupt() { interrupt_.raise(); }

 private:
  struct Remembered {
    Json document = {};
    std::chrono::steady_clock::time_point asked = {};
  };

  Result<Json> fetch(const std::string& url, const char* what);
  Result<OidcEndpoints> ask_for_endpoints();
  Result<OidcEndpoints> read_endpoints(const Json& document) const;

  const OidcClient client_;
  const Clock& clock_;
  HttpInterrupt interrupt_;
  std::mutex mutex_;  // of what is below, and not held while asking
  std::optional<Remembered> configuration_;
  std::optional<Error> failure_;  // of the last attempt to get it, at…
  std::chrono::steady_clock::time_point failed_ = {};
  std::optional<Remembered> keys_;
};

}  // namespace falconet
