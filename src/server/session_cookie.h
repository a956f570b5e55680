// The cookies that a browser keeps its session in, and the way to one.
#pragma once

#include <optional>
#include <string>

#include "server/http_message.h"

namespace falconet {

/// What a browser sends as its session; nothing if there is no such cookie, or it cannot be one.
std::optional<std::string> session_secret(const HttpRequest& request);

/// "Set-Cookie": out of the reach of scripts, not sent by other sites' forms, and over TLS only if
/// it came so.
HttpHeader session_cookie(const HttpRequest& request, const std::string& secret);

/// Makes the browser forget it.
HttpHeader no_session_cookie();

/// The ticket of a log-in with a provider that is under way: the same, for ten minutes, and for the
/// paths of that alone.
std::optional<std::string> oidc_ticket(const HttpRequest& request);
HttpHeader oidc_cookie(const HttpRequest& request, const std::string& ticket);
HttpHeader no_oidc_cookie();

}  // namespace falconet
