#include "server/session_cookie.h"

#include "base/strings.h"
#include "server/client_address.h"
#include "server/credentials.h"
#include "store/sessions.h"

namespace falconet {
namespace {

constexpr std::string_view kCookieName = "falconet_session";
constexpr const char* kCookieAttributes = "; Path=/; HttpOnly; SameSite=Lax";

}  // namespace

std::optional<std::string> session_secret(const HttpRequest& request) {
  for (const std::string_view pair : split(request.header("Cookie"), ';')) {
    const std::string_view cookie = trim(pair);
    const std::size_t equals = cookie.find('=');
    if (equals == std::string_view::npos || cookie.substr(0, equals) != kCookieName) continue;
    const std::string_view value = cookie.substr(equals + 1);
    if (value.size() == kSecretCharacters) return std::string(value);
  }
  return std::nullopt;
}

HttpHeader session_cookie(const HttpRequest& request, const std::string& secret) {
  return {"Set-Cookie", cat(kCookieName, "=", secret, kCookieAttributes, "; Max-Age=",
                            kSessionMilliseconds / 1000, came_over_tls(request) ? "; Secure" : "")};
}

HttpHeader no_session_cookie() {
  return {"Set-Cookie", cat(kCookieName, "=", kCookieAttributes, "; Max-Age=0")};
}

}  // namespace falconet
