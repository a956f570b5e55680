// The table of everything the server answers to.
#pragma once

#include <optional>

#include "server/http_exchange.h"
#include "server/service.h"

namespace falconet {

/// 404 or 405 for a request that no route takes.
std::optional<HttpResponse> refuse_unrouted(const HttpRequest& request);

/// Runs the handler of a request that was not refused.
asio::awaitable<void> handle_request(Service& service, HttpExchange& exchange);

}  // namespace falconet
