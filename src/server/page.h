// Serves the chat page.
#pragma once

#include "base/result.h"
#include "server/service.h"

namespace falconet {

Result<HttpResponse> page(Service& service, const HttpRequest& request);

}  // namespace falconet
