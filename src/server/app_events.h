// What a generation says, as server-sent events.
#pragma once

#include "server/http_exchange.h"
#include "server/service.h"

namespace falconet {

/// Until it is done or the client leaves; it goes on then.
asio::awaitable<void> stream_generation(Service& service, HttpExchange& exchange);

}  // namespace falconet
