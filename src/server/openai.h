// OpenAI's API, with vLLM's extensions.
#pragma once

#include "base/result.h"
#include "server/response_writer.h"
#include "server/service.h"

namespace falconet {

Result<StartedResponse> start_chat(Service& service, const HttpRequest& request);
Result<StartedResponse> start_text(Service& service, const HttpRequest& request);

Result<HttpResponse> list_models(Service& service, const HttpRequest& request);
Result<HttpResponse> retrieve_model(Service& service, const HttpRequest& request);

/// vLLM's: the ids of a prompt, and the text of ids.
Result<HttpResponse> tokenize(Service& service, const HttpRequest& request);
Result<HttpResponse> detokenize(Service& service, const HttpRequest& request);

}  // namespace falconet
