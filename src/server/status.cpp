#include "server/status.h"

namespace falconet {

Result<HttpResponse> health(Service& service, const HttpRequest&) {
  if (service.models.is_ready()) return HttpResponse{.body = R"({"status":"ok"})"};
  return error(ErrorCode::Unavailable, "loading model");
}

Result<HttpResponse> ping(Service&, const HttpRequest&) { return HttpResponse{.body = "{}"}; }

Result<HttpResponse> version(Service& service, const HttpRequest&) {
  return HttpResponse{.body = to_text(Json{{"version", service.version}})};
}

}  // namespace falconet
