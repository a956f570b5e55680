// One request to the page's API, with all that its handler needs.
#pragma once

#include <chrono>
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
  User user;                           // of the caller; without an id if nobody has logged in
  std::optional<UserSession> session;  // of the caller, with accounts
  std::string id;                      // of /api/app/THINGS/ID…; empty if there is none
};

/// Runs on a worker.
using AppHandler = Result<HttpResponse> (*)(AppCall& call);

/// Who may call a handler. All but Anyone, User, Researcher, Annotator and Keeper need a server
/// with accounts.
enum class Admission {
  Anyone,
  Stranger,       // anyone, to become somebody
  NewPassword,    // who has logged in, even with a password that must be changed first
  User,           // whom the server's conversations belong to
  Researcher,     // as User without accounts; with them, researchers and administrators
  Annotator,      // the same, and annotators
  Keeper,         // as User without accounts; with them, administrators
  Account,        // who has logged in
  Administrator,  // who has logged in as one
};

/// Errors: NotFound (this server keeps no conversations), those of App::caller_of().
Result<AppCall> app_call(Service& service, const HttpRequest& request);

/// The refusal of a caller who may not do this, or nothing: go on.
std::optional<HttpResponse> refuse_caller(const AppCall& call, Admission admission);

/// What the handler answers, or its error or the caller's refusal as a response.
HttpResponse answer_app_call(Service& service, const HttpRequest& request, AppHandler handler,
                             Admission admission);
HttpResponse app_error_response(const Error& error);

/// An error with a code of its own, which no ErrorCode describes.
HttpResponse app_refusal(int status, std::string_view code, std::string_view message);

/// 429 with Retry-After; the message ends by saying when to try again.
HttpResponse app_refusal_until(std::chrono::seconds wait, std::string_view code,
                               std::string_view message);

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
