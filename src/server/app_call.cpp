#include "server/app_call.h"

#include <algorithm>

#include "base/log.h"
#include "base/percent_encoding.h"
#include "server/errors.h"
#include "store/accounts.h"

namespace falconet {
namespace {

// "/api/app/THINGS/ID": what stands before the first slash is the empty first part.
constexpr std::size_t kIdPart = 4;

// What a stranger may make us read: a name, a password and an invitation.
constexpr std::size_t kMaxStrangersBytes = 16u << 10;

void add_private_headers(HttpResponse& response) {
  response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
}

bool is_for_local_user(Admission admission) {
  return admission == Admission::User || admission == Admission::Researcher ||
         admission == Admission::Annotator || admission == Admission::Keeper;
}

}  // namespace

Result<AppCall> app_call(Service& service, const HttpRequest& request) {
  if (service.app == nullptr) {
    return error(ErrorCode::NotFound, "this server keeps no conversations");
  }
  TRY_ASSIGN(Caller caller, service.app->caller_of(request));
  const auto parts = split(request.path, '/');
  std::string id(parts.size() > kIdPart ? parts[kIdPart] : std::string_view());
  return AppCall{service,        *service.app, request, std::move(caller.user),
                 caller.session, std::move(id)};
}

std::optional<HttpResponse> refuse_caller(const AppCall& call, Admission admission) {
  if (admission == Admission::Anyone) return std::nullopt;
  if (!call.app.has_accounts()) {
    if (is_for_local_user(admission)) return std::nullopt;
    return app_refusal(404, "no_accounts", "this server runs without accounts (--no-auth)");
  }
  if (admission == Admission::Stranger) {
    if (call.request.body.size() <= kMaxStrangersBytes) return std::nullopt;
    return app_refusal(
        413, "body_too_large",
        cat("expected at most ", kMaxStrangersBytes, " bytes, found ", call.request.body.size()));
  }
  if (!call.session) return app_refusal(401, "log_in_first", "log in first");
  if (call.user.must_change_password && admission != Admission::NewPassword) {
    return app_refusal(403, "change_password_first",
                       "the password was chosen by somebody else: change it first");
  }
  const bool is_administrator = call.user.role == kAdministrator;
  const bool needs_one = admission == Admission::Administrator || admission == Admission::Keeper;
  if (needs_one && !is_administrator) {
    return app_refusal(403, "not_allowed", "this is for administrators");
  }
  const bool is_researcher = is_administrator || call.user.role == kResearcher;
  if (admission == Admission::Researcher && !is_researcher) {
    return app_refusal(403, "not_allowed", "this is for researchers");
  }
  if (admission == Admission::Annotator && !is_researcher && call.user.role != kAnnotator) {
    return app_refusal(403, "not_allowed", "this is for annotators");
  }
  return std::nullopt;
}

HttpResponse answer_app_call(Service& service, const HttpRequest& request, AppHandler handler,
                             Admission admission) {
  Result<AppCall> call = app_call(service, request);
  if (!call) return app_error_response(call.error());
  if (auto refusal = refuse_caller(*call, admission)) return *std::move(refusal);
  const Caller caller{.user = call->user, .session = call->session};
  Result<HttpResponse> response = handler(*call);
  if (!response) return app_error_response(response.error());
  const bool has_cookie =
      std::any_of(response->headers.begin(), response->headers.end(),
                  [](const HttpHeader& header) { return header.name == "Set-Cookie"; });
  if (has_cookie) return *std::move(response);
  auto renewed = service.app->keep_session(request, caller);
  if (!renewed) {
    log_warning("a session could not be kept: ", renewed.error().message);
  } else if (*renewed) {
    response->headers.push_back(**std::move(renewed));
  }
  return *std::move(response);
}

HttpResponse app_refusal(int status, std::string_view code, std::string_view message) {
  HttpResponse response = http_error(status, code, message);
  add_private_headers(response);
  return response;
}

HttpResponse app_refusal_until(std::chrono::seconds wait, std::string_view code,
                               std::string_view message) {
  HttpResponse response =
      app_refusal(429, code, cat(message, "; try again in ", wait.count(), " s"));
  response.headers.push_back({"Retry-After", cat(wait.count())});
  return response;
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
