#include "server/app_call.h"

#include <algorithm>

#include "server/errors.h"

namespace falconet {
namespace {

// "/api/app/THINGS/ID": what stands before the first slash is the empty first part.
constexpr std::size_t kIdPart = 4;

void add_private_headers(HttpResponse& response) {
  response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
}

}  // namespace

Result<AppCall> app_call(Service& service, const HttpRequest& request) {
  if (service.app == nullptr) {
    return error(ErrorCode::NotFound, "this server keeps no conversations");
  }
  TRY_ASSIGN(User user, service.app->user_of(request));
  const auto parts = split(request.path, '/');
  std::string id(parts.size() > kIdPart ? parts[kIdPart] : std::string_view());
  return AppCall{service, *service.app, request, std::move(user), std::move(id)};
}

HttpResponse answer_app_call(Service& service, const HttpRequest& request, AppHandler handler) {
  Result<AppCall> call = app_call(service, request);
  if (!call) return app_error_response(call.error());
  Result<HttpResponse> response = handler(*call);
  return response ? *std::move(response) : app_error_response(response.error());
}

HttpResponse app_error_response(const Error& error) {
  const bool is_record = error.code == ErrorCode::NotFound && !error.message.starts_with("model:");
  HttpResponse response =
      is_record ? http_error(404, "not_found", error.message) : error_response(error);
  add_private_headers(response);
  return response;
}

HttpResponse app_response(const Json& body, int status) {
  HttpResponse response{.status = status, .body = to_text(body)};
  add_private_headers(response);
  return response;
}

HttpResponse no_content() { return {.status = 204, .content_type = ""}; }

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    std::string value(pair.substr(equals + 1));
    std::replace(value.begin(), value.end(), '+', ' ');
    value = percent_decode(value);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  return std::nullopt;
}

Result<std::optional<bool>> query_flag(std::string_view query, std::string_view name) {
  const auto value = query_value(query, name);
  if (!value) return std::optional<bool>();
  if (value == "1" || value == "true") return std::optional<bool>(true);
  if (value == "0" || value == "false") return std::optional<bool>(false);
  return error(ErrorCode::InvalidArgument, name, ": expected 0 or 1, found '", value->substr(0, 40),
               "'");
}

Result<int> query_count(std::string_view query, std::string_view name, int otherwise, int most) {
  const auto value = query_value(query, name);
  if (!value) return otherwise;
  const auto number = parse_number<int>(*value);
  if (number && *number >= 1 && *number <= most) return *number;
  return error(ErrorCode::InvalidArgument, name, ": expected a number from 1 to ", most,
               ", found '", value->substr(0, 40), "'");
}

}  // namespace falconet
