// Where a request came from, also through a proxy on this machine.
#pragma once

#include <string>

#include "server/http_message.h"

namespace falconet {

/// The peer's address; if that is this machine, the last one that the proxy there has written into
/// X-Forwarded-For. "local" on a unix domain socket without a proxy.
std::string client_address(const HttpRequest& request);

/// What counts as one place: an IPv4 address, or the 64 bits that an IPv6 network has for itself.
std::string network_of(const std::string& address);

/// Whether the browser spoke TLS to the proxy on this machine.
bool came_over_tls(const HttpRequest& request);

}  // namespace falconet
