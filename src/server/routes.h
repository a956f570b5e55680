// The table of everything the server answers to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/http_exchange.h"
#include "server/service.h"

namespace falconet {

/// 404 or 405 for a request that no route takes.
std::optional<HttpResponse> refuse_unrouted(const HttpRequest& request);

/// "GET /api/app/session" and all others, so that a test can ask whether it has thought of each.
std::vector<std::string> all_routes();

/// Runs the handler of a request that was not refused.
asio::awaitable<void> handle_request(Service& service, HttpExchange& exchange);

}  // namespace falconet
