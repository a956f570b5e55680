// Small answers about the server itself.
#pragma once

#include "base/result.h"
#include "server/service.h"

namespace falconet {

/// 200 once every model is loaded, 503 before: what load balancers ask.
Result<HttpResponse> health(Service& service, const HttpRequest& request);

/// 200 as long as the process answers at all.
Result<HttpResponse> ping(Service& service, const HttpRequest& request);

Result<HttpResponse> version(Service& service, const HttpRequest& request);

}  // namespace falconet
