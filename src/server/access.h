// Who may come in: API keys, and which web pages may call us from a browser.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/http_message.h"
#include "server/server.h"

namespace falconet {

/// Judges a request by its header alone, before a byte of the body is read.
class Access {
 public:
  /// Errors: InvalidArgument for an empty key or an origin that is none.
  static Result<Access> create(const ServerOptions& options);

  /// The page's API is for this machine's user, for who has a key, or, with accounts, for who logs
  /// in; and for our own page alone: what people said is not for pages that --allowed-origins lets
  /// talk to the model. A refusal, the answer to a CORS preflight, or nothing: come in.
  std::optional<HttpResponse> admit(const HttpRequest& request) const;

  /// Of a request that was admitted: whether it brought no key, so that only a session gives it the
  /// right to the model.
  bool needs_session(const HttpRequest& request) const;

  /// Whether a request for /metrics that was admitted must come from an administrator's session.
  bool metrics_are_for_administrators() const { return has_accounts_ && !metrics_key_; }

  /// The API key that a request brings, if it is one of ours.
  std::optional<std::string> valid_key(const HttpRequest& request) const;

  /// The CORS headers that this request's origin has a right to.
  std::vector<HttpHeader> cors_headers(const HttpRequest& request) const;

 private:
  using Digest = std::array<unsigned char, 32>;

  bool needs_key(std::string_view path) const;
  bool may_have_session(const HttpRequest& request) const;
  HttpResponse ask_for_key() const;
  std::optional<HttpResponse> refuse_metrics(const HttpRequest& request) const;
  std::optional<HttpResponse> refuse_app(const HttpRequest& request) const;
  bool has_valid_key(const HttpRequest& request) const { return valid_key(request).has_value(); }
  bool is_known_key(std::string_view key) const;
  bool is_allowed_origin(std::string_view origin) const;
  /// Whether "*" among the allowed origins stands for every host.
  enum class OriginWildcard { Taken, Refused };
  bool is_own_host(std::string_view host, OriginWildcard wildcard) const;

  std::vector<Digest> keys_;  // SHA-256, so that comparing takes the same time for every input
  std::optional<Digest> metrics_key_;
  std::vector<std::string> allowed_origins_;
  bool has_accounts_ = false;
  bool is_local_ = false;      // reachable from this machine only…
  bool has_host_name_ = true;  // …and by names, which a unix domain socket has none of
};

}  // namespace falconet
