#include "server/app_events.h"

#include <algorithm>

#include "server/app_call.h"
#include "server/app_json.h"
#include "server/on_worker.h"

namespace falconet {
namespace {

constexpr const char* kEventStream = "text/event-stream; charset=utf-8";

std::int64_t wanted_event(const HttpRequest& request) {
  // Browsers' EventSource says what it has seen in a header when it comes back by itself.
  const std::string last(request.header("Last-Event-ID"));
  const std::string after = query_value(request.query, "after").value_or("");
  return std::max(parse_number<std::int64_t>(after).value_or(0),
                  parse_number<std::int64_t>(last).value_or(0));
}

/// A reader, or why there is none.
struct Attached {
  std::unique_ptr<GenerationReader> reader = {};
  HttpResponse refusal = {};
};

Attached attach(Service& service, const HttpRequest& request) {
  Result<AppCall> call = app_call(service, request);
  if (!call) return {.refusal = app_error_response(call.error())};
  if (auto refusal = refuse_caller(*call, Admission::User)) return {.refusal = *std::move(refusal)};
  auto reader = call->app.runner().attach(call->user.id, {call->id}, wanted_event(request));
  if (!reader) return {.refusal = app_error_response(reader.error())};
  return {.reader = *std::move(reader)};
}

/// Whether whoever reads is still logged in: an answer may be longer than a session.
bool may_read_on(Service& service, const HttpRequest& request) {
  Result<AppCall> call = app_call(service, request);
  return call && !refuse_caller(*call, Admission::User);
}

asio::awaitable<bool> begin_events(HttpExchange& exchange) {
  HttpResponse head;
  head.content_type = kEventStream;
  // nginx buffers responses unless it is told not to.
  head.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  return exchange.begin_stream(std::move(head));
}

asio::awaitable<void> send_events(Service& service, HttpExchange& exchange,
                                  GenerationReader& reader) {
  const auto ready = std::make_shared<AsyncEvent>(exchange.executor());  // outlives late calls
  reader.on_ready([ready] { ready->post(); });
  exchange.watch_client([ready] { ready->set(); });
  bool is_alive = co_await begin_events(exchange);
  const auto interval = exchange.limits().sse_keep_alive;
  auto next_check = std::chrono::steady_clock::now() + interval;
  while (is_alive && !exchange.client_has_left()) {
    if (const auto now = std::chrono::steady_clock::now(); now >= next_check) {
      const bool may_go_on =
          co_await run_on_worker(service, [&] { return may_read_on(service, exchange.request()); });
      if (!may_go_on) {
        co_await exchange.end_stream();
        co_return;
      }
      next_check = now + interval;
    }
    std::string text;
    for (const GenerationEvent& event : reader.take()) text += generation_event_text(event);
    if (text.empty() && reader.is_finished()) {
      co_await exchange.end_stream();
      co_return;
    }
    if (text.empty()) {
      const bool has_news = co_await ready->wait_until(std::chrono::steady_clock::now() + interval);
      if (has_news) continue;
      text = ": keep-alive\n\n";
    }
    is_alive = co_await exchange.write(text);
  }
}

}  // namespace

asio::awaitable<void> stream_generation(Service& service, HttpExchange& exchange) {
  Attached attached =
      co_await run_on_worker(service, [&] { return attach(service, exchange.request()); });
  if (attached.reader == nullptr) {
    co_await exchange.respond(std::move(attached.refusal));
    co_return;
  }
  if (exchange.request().method == "HEAD") {
    co_await exchange.respond(HttpResponse{.content_type = kEventStream});
    co_return;
  }
  co_await send_events(service, exchange, *attached.reader);
}

}  // namespace falconet
