// Logging in with a provider of identities (OpenID Connect, authorization code with PKCE): the
// provider, how new people are dealt with, and the log-ins that are under way.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "hub/oidc_provider.h"
#include "server/oidc_settings.h"
#include "store/ids.h"

namespace falconet {

// To find one's password at the provider, and to read its questions.
constexpr std::chrono::seconds kOidcLogInTime{10 * 60};

/// What was sent to the provider, or led to it; what comes back must fit.
struct OidcLogIn {
  std::string state = {};
  std::string nonce = {};
  std::string verifier = {};
  std::string redirect_uri = {};
  std::optional<UserId> linking = {};  // whose account is to be linked; nothing: somebody logs in
};

/// Each can be taken once, by who has the ticket, while its time lasts. Safe to use from any
/// thread.
class OidcLogIns {
 public:
  /// The oldest go when there are more than `most`; the clock must outlive this.
  explicit OidcLogIns(const Clock& clock, std::size_t most = 10'000) : clock_(clock), most_(most) {}

  /// `key`: the digest of the ticket that the browser keeps, which is not yet in use.
  void begin(const std::string& key, OidcLogIn log_in);
  std::optional<OidcLogIn> take(const std::string& key);

  std::size_t size() const;

 private:
  struct Begun {
    std::string key = {};
    std::chrono::steady_clock::time_point at = {};
  };

  bool is_over(const Begun& begun) const { return begun.at + kOidcLogInTime <= clock_.now(); }

  const Clock& clock_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::deque<Begun> order_;  // the oldest stands first
  std::unordered_map<std::string, OidcLogIn> log_ins_;
};

/// Safe to use from any thread.
class Oidc {
 public:
  Oidc(OidcSettings settings, const Clock& clock)
      : settings_(std::move(settings)), provider_(settings_.client, clock), log_ins_(clock) {}

  const OidcSettings& settings() const { return settings_; }
  OidcProvider& provider() { return provider_; }
  OidcLogIns& log_ins() { return log_ins_; }

 private:
  const OidcSettings settings_;
  OidcProvider provider_;
  OidcLogIns log_ins_;
};

}  // namespace falconet
