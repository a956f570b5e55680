#include "server/access.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/strings.h"
#include "server/errors.h"
#include "server/session_cookie.h"

namespace falconet {
namespace {

constexpr std::string_view kAppPath = "/api/app/";
constexpr std::string_view kMetricsPath = "/metrics";
constexpr std::string_view kFeedbackPath = "/api/feedback/";

bool is_of_app(std::string_view path) {
  return path.starts_with(kAppPath) || path.starts_with(kFeedbackPath);
}

/// What a link to a shared conversation or to a study needs: its token is the key. The page's files
/// hold nothing secret.
bool is_shared(std::string_view path) {
  return path.starts_with("/s/") || path.starts_with("/api/app/shared/") ||
         path.starts_with("/join/") || path.starts_with("/api/app/study-links/") ||
         path.starts_with("/api/app/respondents/") || path.starts_with("/assets/") ||
         path == "/sw.js" || path == "/frame.html";
}

/// The page and what it speaks, where people log in.
bool is_of_page(std::string_view path) {
  return path == "/" || path.starts_with("/c/") || path.starts_with("/survey/") ||
         path.starts_with("/interview/") || is_of_app(path) || is_shared(path);
}

bool is_of_model(std::string_view path) {
  return path.starts_with("/v1/") || path == "/tokenize" || path == "/detokenize";
}

std::array<unsigned char, 32> sha256(std::string_view text) {
  std::array<unsigned char, 32> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

/// "example.org" of "https://example.org:8443" and of "example.org:8443"; "::1" of "[::1]:8000".
std::string_view host_of(std::string_view origin) {
  if (const auto scheme = origin.find("://"); scheme != std::string_view::npos) {
    origin.remove_prefix(scheme + 3);
  }
  if (!origin.empty() && origin.front() == '[') return origin.substr(1, origin.find(']') - 1);
  return origin.substr(0, origin.find(':'));
}

/// "example.org:8443" of "https://example.org:8443".
std::string_view authority_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

/// "null" is what sandboxed frames send, and any page can make one.
bool is_from_own_page(const HttpRequest& request) {
  const std::string_view origin = request.header("Origin");
  const std::string_view authority = authority_of(origin);
  return origin.empty() || (!authority.empty() && authority == request.header("Host"));
}

bool is_ip_address(std::string_view host) {
  boost::system::error_code failure;
  boost::asio::ip::make_address(std::string(host), failure);
  return !failure;
}

/// The password of "Basic base64(user:password)", which browsers send after their own dialog.
std::optional<std::string> basic_password(std::string_view base64) {
  if (base64.size() % 4 != 0 || base64.size() > 4096) return std::nullopt;
  std::string text(base64.size() / 4 * 3 + 1, '\0');
  const int num_bytes = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                        reinterpret_cast<const unsigned char*>(base64.data()),
                                        static_cast<int>(base64.size()));
  if (num_bytes < 0) return std::nullopt;
  const auto padding = static_cast<std::size_t>(std::count(base64.begin(), base64.end(), '='));
  text.resize(static_cast<std::size_t>(num_bytes) - std::min<std::size_t>(padding, 2));
  const auto colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return text.substr(colon + 1);
}

/// What "Authorization" says, whether or not it is right.
std::optional<std::string> key_of(const HttpRequest& request) {
  const std::string_view authorization = request.header("Authorization");
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string scheme = to_lower(authorization.substr(0, space));
  const std::string_view credentials = trim(authorization.substr(space + 1));
  if (scheme == "bearer") return std::string(credentials);
  return scheme == "basic" ? basic_password(credentials) : std::nullopt;
}

}  // namespace

Result<Access> Access::create(const ServerOptions& options) {
  Access access;
  for (const std::string& key : options.api_keys) {
    if (key.empty()) return error(ErrorCode::InvalidArgument, "api-key: a key must not be empty");
    access.keys_.push_back(sha256(key));
  }
  if (!options.metrics_key.empty()) access.metrics_key_ = sha256(options.metrics_key);
  for (const std::string& origin : options.allowed_origins) {
    if (origin != "*" && authority_of(origin).empty()) {
      return error(ErrorCode::InvalidArgument, "allowed-origins: '", origin,
                   "' is no origin; write it as in https://example.org");
    }
    access.allowed_origins_.push_back(to_lower(origin));
  }
  access.has_accounts_ = options.has_accounts;
  access.is_local_ = is_local_only(options);
  access.has_host_name_ = options.uds.empty();
  return access;
}

bool is_local_only(const ServerOptions& options) {
  if (!options.uds.empty() || options.host == "localhost") return true;
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(options.host, failure);
  return !failure && address.is_loopback();
}

std::optional<HttpResponse> Access::admit(const HttpRequest& request) const {
  const std::string_view host = request.header("Host");
  // A page elsewhere can point its own name at 127.0.0.1 and then read us as its own origin. Only
  // keys and the name it used tell it from our page.
  if (is_local_ && has_host_name_ && keys_.empty() && !is_own_host(host, OriginWildcard::Taken)) {
    return http_error(403, "unknown_host",
                      cat("this server listens on this machine only and is not known as '", host,
                          "'; use its address, set --api-key, or name it in --allowed-origins"));
  }
  const std::string_view origin = request.header("Origin");
  if (!is_from_own_page(request) && !is_allowed_origin(origin)) {
    return http_error(403, "origin_not_allowed",
                      cat("pages from ", origin,
                          " may not use this server; its owner can name them in "
                          "--allowed-origins"));
  }
  if (request.method == "OPTIONS" && !request.header("Access-Control-Request-Method").empty()) {
    return HttpResponse{.status = 204, .content_type = ""};
  }
  if (request.path == "/health") return std::nullopt;
  if (request.path == kMetricsPath) return refuse_metrics(request);
  if (!needs_key(request.path) || has_valid_key(request)) return refuse_app(request);
  if (may_have_session(request)) return std::nullopt;
  return ask_for_key();
}

bool Access::needs_session(const HttpRequest& request) const {
  return has_accounts_ && request.path != kMetricsPath && needs_key(request.path) &&
         !has_valid_key(request);
}

bool Access::needs_key(std::string_view path) const {
  if (path == "/health" || is_shared(path)) return false;
  if (!has_accounts_) return !keys_.empty();
  return is_of_model(path) || (!keys_.empty() && !is_of_page(path));
}

/// Only our own page can say X-Falconet, and brings the cookie.
bool Access::may_have_session(const HttpRequest& request) const {
  return has_accounts_ && session_secret(request) && !request.header("X-Falconet").empty() &&
         is_from_own_page(request);
}

HttpResponse Access::ask_for_key() const {
  if (has_accounts_ && keys_.empty()) {
    return http_error(401, "log_in_first",
                      "this server has accounts: log in on its page, or ask its owner to set an "
                      "API key (--api-key)");
  }
  HttpResponse refusal = http_error(401, "invalid_api_key",
                                    "the API key is missing or wrong; send it as "
                                    "'Authorization: Bearer KEY'");
  // Basic lets a browser ask for the key before it shows the page.
  refusal.headers.push_back(
      {"WWW-Authenticate", has_accounts_ ? "Bearer" : "Bearer, Basic realm=\"Falconet\""});
  return refusal;
}

/// How many ask for how much is for whoever runs the server. An API key opens as much as there is
/// where nobody logs in; where people do, it is any application's.
std::optional<HttpResponse> Access::refuse_metrics(const HttpRequest& request) const {
  if (metrics_key_) {
    const auto key = key_of(request);
    const Digest digest = sha256(key.value_or(""));
    if (CRYPTO_memcmp(metrics_key_->data(), digest.data(), digest.size()) == 0) return std::nullopt;
    return http_error(401, "invalid_metrics_key",
                      "the key of /metrics (--metrics-key) is missing or wrong; send it as "
                      "'Authorization: Bearer KEY'");
  }
  if (has_accounts_) return std::nullopt;  // its handler looks for an administrator
  if (!keys_.empty()) return has_valid_key(request) ? std::nullopt : std::optional(ask_for_key());
  if (is_local_) return std::nullopt;
  return http_error(403, "local_only",
                    "/metrics is for whoever runs this server: start it with --metrics-key, or ask "
                    "from a server that listens on 127.0.0.1");
}

std::optional<HttpResponse> Access::refuse_app(const HttpRequest& request) const {
  if (!is_of_app(request.path)) return std::nullopt;
  const bool is_guarded = has_accounts_ || !keys_.empty();
  if (!is_guarded && !is_local_ && !is_shared(request.path)) {
    return http_error(403, "local_only",
                      "conversations are kept for this machine's user only: listen on 127.0.0.1, "
                      "or start the server with accounts (--auth)");
  }
  const bool is_known_host = is_guarded || is_shared(request.path) ||
                             is_own_host(request.header("Host"), OriginWildcard::Refused);
  if (!is_from_own_page(request) || !is_known_host) {
    return http_error(403, "origin_not_allowed",
                      "conversations are for this server's own page, at the server's own address");
  }
  const bool only_reads = request.method == "GET" || request.method == "HEAD";
  if (only_reads || !request.header("X-Falconet").empty()) return std::nullopt;
  return http_error(403, "missing_header",
                    "what changes something must carry the header 'X-Falconet: 1', which forms of "
                    "other sites cannot send");
}

std::vector<HttpHeader> Access::cors_headers(const HttpRequest& request) const {
  if (allowed_origins_.empty()) return {};
  std::vector<HttpHeader> headers = {{"Vary", "Origin"}};
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || !is_allowed_origin(origin)) return headers;
  headers.push_back({"Access-Control-Allow-Origin", std::string(origin)});
  headers.push_back({"Access-Control-Expose-Headers", "x-request-id"});
  if (request.method == "OPTIONS") {
    headers.push_back({"Access-Control-Allow-Methods", "GET, POST, OPTIONS"});
    const std::string_view wanted = request.header("Access-Control-Request-Headers");
    if (!wanted.empty()) {
      headers.push_back({"Access-Control-Allow-Headers", std::string(wanted)});
    }
    headers.push_back({"Access-Control-Max-Age", "600"});
  }
  return headers;
}

std::optional<std::string> Access::valid_key(const HttpRequest& request) const {
  auto key = key_of(request);
  return key && is_known_key(*key) ? std::move(key) : std::nullopt;
}

bool Access::is_known_key(std::string_view key) const {
  const Digest digest = sha256(key);
  bool is_known = false;
  for (const Digest& known : keys_) {
    is_known |= CRYPTO_memcmp(known.data(), digest.data(), digest.size()) == 0;
  }
  return is_known;
}

bool Access::is_allowed_origin(std::string_view origin) const {
  const std::string lower = to_lower(origin);
  return std::any_of(
      allowed_origins_.begin(), allowed_origins_.end(),
      [&](const std::string& allowed) { return allowed == "*" || allowed == lower; });
}

bool Access::is_own_host(std::string_view host, OriginWildcard wildcard) const {
  const std::string name = to_lower(host_of(host));
  if (name.empty() || name == "localhost" || name.ends_with(".localhost") || is_ip_address(name)) {
    return true;
  }
  return std::any_of(
      allowed_origins_.begin(), allowed_origins_.end(), [&](const std::string& allowed) {
        return allowed == "*" ? wildcard == OriginWildcard::Taken : host_of(allowed) == name;
      });
}

}  // namespace falconet
