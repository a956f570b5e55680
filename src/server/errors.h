// Every error that leaves the server, in OpenAI's shape.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "server/http_message.h"

namespace falconet {

/// {"error": {message, type, param, code}}. An error about a field of the request begins with the
/// field's name ("top_p must be …", "messages[0].role: …"); that name becomes `param`.
Json error_body(const Error& error);

/// The one place where an ErrorCode becomes a status.
int http_status(ErrorCode code);

HttpResponse error_response(const Error& error);

/// Errors of HTTP itself, which no ErrorCode describes: 401, 405, 413, …
HttpResponse http_error(int status, std::string_view code, std::string_view message);

}  // namespace falconet
