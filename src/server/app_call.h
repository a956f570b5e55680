// One request to the page's API, with all that its handler needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "server/app.h"
#include "server/http_message.h"
#include "server/service.h"

namespace falconet {

struct AppCall {
  Service& service;
  App& app;
  const HttpRequest& request;
  User user;
  std::string id;  // of /api/app/THINGS/ID…; empty if there is none
};

/// Runs on a worker.
using AppHandler = Result<HttpResponse> (*)(AppCall& call);

/// Errors: NotFound (this server keeps no conversations), those of App::user_of().
Result<AppCall> app_call(Service& service, const HttpRequest& request);

/// What the handler answers, or its error as a response.
HttpResponse answer_app_call(Service& service, const HttpRequest& request, AppHandler handler);
HttpResponse app_error_response(const Error& error);

/// Of a private API: not to be cached, and not to be taken for anything but JSON.
HttpResponse app_response(const Json& body, int status = 200);
HttpResponse no_content();

/// The decoded value of a query's parameter; nothing if it is absent or empty.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

/// 0, 1, true or false. Errors: InvalidArgument naming the parameter.
Result<std::optional<bool>> query_flag(std::string_view query, std::string_view name);

/// A count from 1 to `most`. Errors: InvalidArgument naming the parameter.
Result<int> query_count(std::string_view query, std::string_view name, int otherwise, int most);

}  // namespace falconet
