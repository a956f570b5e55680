#include "server/session_cookie.h"

#include "base/strings.h"
#include "server/client_address.h"
#include "server/credentials.h"
#include "server/oidc.h"
#include "store/sessions.h"

namespace falconet {
namespace {

constexpr std::string_view kCookieName = "falconet_session";
constexpr const char* kCookieAttributes = "; Path=/; HttpOnly; SameSite=Lax";
constexpr std::string_view kOidcCookieName = "falconet_oidc";
// The provider's page sends the browser back by a link, with which Lax cookies go along.
constexpr const char* kOidcCookieAttributes = "; Path=/api/app/oidc; HttpOnly; SameSite=Lax";

std::optional<std::string> secret_in_cookie(const HttpRequest& request, std::string_view name) {
  for (const std::string_view pair : split(request.header("Cookie"), ';')) {
    const std::string_view cookie = trim(pair);
    const std::size_t equals = cookie.find('=');
    if (equals == std::string_view::npos || cookie.substr(0, equals) != name) continue;
    const std::string_view value = cookie.substr(equals + 1);
    if (value.size() == kSecretCharacters) return std::string(value);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> session_secret(const HttpRequest& request) {
  return secret_in_cookie(request, kCookieName);
}

HttpHeader session_cookie(const HttpRequest& request, const std::string& secret) {
  return {"Set-Cookie", cat(kCookieName, "=", secret, kCookieAttributes, "; Max-Age=",
                            kSessionMilliseconds / 1000, came_over_tls(request) ? "; Secure" : "")};
}

HttpHeader no_session_cookie() {
  return {"Set-Cookie", cat(kCookieName, "=", kCookieAttributes, "; Max-Age=0")};
}

std::optional<std::string> oidc_ticket(const HttpRequest& request) {
  return secret_in_cookie(request, kOidcCookieName);
}

HttpHeader oidc_cookie(const HttpRequest& request, const std::string& ticket) {
  return {"Set-Cookie", cat(kOidcCookieName, "=", ticket, kOidcCookieAttributes, "; Max-Age=",
                            kOidcLogInTime.count(), came_over_tls(request) ? "; Secure" : "")};
}

HttpHeader no_oidc_cookie() {
  return {"Set-Cookie", cat(kOidcCookieName, "=", kOidcCookieAttributes, "; Max-Age=0")};
}

}  // namespace falconet
