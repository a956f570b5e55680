#include "server/routes.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <utility>

#include "server/completion_run.h"
#include "server/errors.h"
#include "server/openai.h"
#include "server/page.h"
#include "server/status.h"

namespace falconet {
namespace {

using Handler = asio::awaitable<void> (*)(Service&, HttpExchange&);

/// The value of `work`, computed on one of the workers while the IO thread goes on.
template <class Work>
asio::awaitable<std::invoke_result_t<Work>> run_on_worker(Service& service, Work work) {
  // The job may refer to this frame, which lives until the job has ended.
  std::optional<std::invoke_result_t<Work>> result;
  auto job = [&]() -> asio::awaitable<void> {
    result.emplace(work());
    co_return;
  };
  co_await asio::co_spawn(service.workers.get_executor(), job, asio::use_awaitable);
  co_return *std::move(result);
}

/// A handler that has its answer at once.
template <Result<HttpResponse> (*answer)(Service&, const HttpRequest&)>
asio::awaitable<void> at_once(Service& service, HttpExchange& exchange) {
  Result<HttpResponse> result = answer(service, exchange.request());
  HttpResponse response = result ? *std::move(result) : error_response(result.error());
  co_await exchange.respond(std::move(response));
}

/// A handler that has to think, or to call a model's tokenizer.
template <Result<HttpResponse> (*answer)(Service&, const HttpRequest&)>
asio::awaitable<void> on_worker(Service& service, HttpExchange& exchange) {
  Result<HttpResponse> result =
      co_await run_on_worker(service, [&] { return answer(service, exchange.request()); });
  HttpResponse response = result ? *std::move(result) : error_response(result.error());
  co_await exchange.respond(std::move(response));
}

/// A handler that has a model write its answer.
template <Result<StartedResponse> (*start)(Service&, const HttpRequest&)>
asio::awaitable<void> completion(Service& service, HttpExchange& exchange) {
  Result<StartedResponse> started =
      co_await run_on_worker(service, [&] { return start(service, exchange.request()); });
  if (started) {
    co_await send_completions(exchange, *std::move(started));
    co_return;
  }
  HttpResponse refusal = error_response(started.error());
  co_await exchange.respond(std::move(refusal));
}

struct Route {
  std::string_view method;  // GET serves HEAD as well
  std::string_view path;    // ending in "/*": everything below
  Handler handler;
};

constexpr std::array kRoutes = {
    Route{"GET", "/health", at_once<health>},
    Route{"GET", "/ping", at_once<ping>},
    Route{"POST", "/ping", at_once<ping>},
    Route{"GET", "/version", at_once<version>},
    Route{"GET", "/v1/models", at_once<list_models>},
    Route{"GET", "/v1/models/*", at_once<retrieve_model>},
    Route{"POST", "/v1/chat/completions", completion<start_chat>},
    Route{"POST", "/v1/completions", completion<start_text>},
    Route{"POST", "/tokenize", on_worker<tokenize>},
    Route{"POST", "/detokenize", on_worker<detokenize>},
    Route{"GET", "/", at_once<page>},
    Route{"GET", "/assets/*", at_once<page>},
};

bool takes_path(const Route& route, std::string_view path) {
  if (!route.path.ends_with("/*")) return route.path == path;
  const std::string_view folder = route.path.substr(0, route.path.size() - 1);
  return path.size() > folder.size() && path.starts_with(folder);
}

bool takes(const Route& route, const HttpRequest& request) {
  const bool takes_method =
      route.method == request.method || (route.method == "GET" && request.method == "HEAD");
  return takes_method && takes_path(route, request.path);
}

}  // namespace

std::optional<HttpResponse> refuse_unrouted(const HttpRequest& request) {
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (takes(route, request)) return std::nullopt;
    if (takes_path(route, request.path)) allowed += cat(allowed.empty() ? "" : ", ", route.method);
  }
  if (allowed.empty()) {
    return http_error(404, "unknown_url",
                      cat("there is nothing at ", request.method, " ", request.path));
  }
  HttpResponse response = http_error(
      405, "method_not_allowed", cat(request.path, " takes ", allowed, ", not ", request.method));
  response.headers.push_back({"Allow", allowed});
  return response;
}

asio::awaitable<void> handle_request(Service& service, HttpExchange& exchange) {
  const auto route = std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& candidate) {
    return takes(candidate, exchange.request());
  });
  CHECK(route != kRoutes.end(), "a request without a route was admitted");
  co_await route->handler(service, exchange);
}

}  // namespace falconet
