// Sends what a request's completions produce, as it comes or at the end.
#pragma once

#include "server/http_exchange.h"
#include "server/response_writer.h"

namespace falconet {

/// Answers the exchange. If the client leaves first, the completions are cancelled.
asio::awaitable<void> send_completions(HttpExchange& exchange, StartedResponse started);

}  // namespace falconet
