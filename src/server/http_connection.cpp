#include "server/http_connection.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstring>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/percent_encoding.h"
#include "server/errors.h"

namespace falconet {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

// A refused client may still be sending its body. Closing at once would reset the connection and
// could take our answer with it, so up to this much is read and thrown away.
constexpr std::size_t kMaxDiscardedBytes = 32u << 20;
constexpr std::chrono::seconds kDiscardTime{5};

HttpRequest request_head(const http::request<http::string_body>& message, std::string id) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const auto question = target.find('?');
  request.path = percent_decode(target.substr(0, question));
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  request.headers = message.base();
  request.id = std::move(id);
  return request;
}

/// The address at the other end; empty on a unix domain socket.
std::string peer_of(const HttpStream& stream) {
  beast::error_code failure;
  const auto remote = stream.socket().remote_endpoint(failure);
  const int family = remote.protocol().family();
  if (failure || (family != AF_INET && family != AF_INET6)) return "";
  asio::ip::tcp::endpoint endpoint;
  endpoint.resize(remote.size());
  std::memcpy(endpoint.data(), remote.data(), remote.size());
  return endpoint.address().to_string();
}

}  // namespace

HttpConnection::HttpConnection(HttpServer& server, asio::generic::stream_protocol::socket socket)
    : server_(server),
      wire_{.stream = HttpStream(std::move(socket)), .limits = server.limits_},
      peer_(peer_of(wire_.stream)) {
  server_.connections_.insert(this);
}

HttpConnection::~HttpConnection() {
  server_.connections_.erase(this);
  server_.connection_ended_->set();
}

asio::awaitable<void> HttpConnection::run() {
  while (!wire_.is_closing) co_await serve_one_request();
  co_await close();
}

void HttpConnection::begin_drain() {
  wire_.is_closing = true;
  if (is_idle_) wire_.stream.cancel();
}

void HttpConnection::abort() {
  wire_.is_closing = true;
  wire_.stream.close();
  if (exchange_ != nullptr) exchange_->report_client_left();
}

asio::awaitable<void> HttpConnection::serve_one_request() {
  if (!co_await wait_for_first_byte()) {
    wire_.is_closing = true;
    co_return;
  }
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(wire_.limits.max_header_bytes));
  parser.body_limit(wire_.limits.max_body_bytes);
  if (!co_await read_head(parser)) co_return;

  HttpRequest request = request_head(parser.get(), server_.new_request_id());
  request.peer = peer_;
  std::vector<HttpHeader> common_headers = server_.application_.common_headers(request);
  if (auto refusal = server_.application_.admit(request)) {
    // With a body still on its way there is no telling where the next request begins.
    const bool has_body = !parser.is_done();
    is_refused_ = has_body;
    if (!parser.keep_alive() || has_body) wire_.is_closing = true;
    HttpExchange exchange(wire_, std::move(request), parser.get().version(),
                          std::move(common_headers));
    co_await exchange.respond(*std::move(refusal));
    co_return;
  }
  if (!co_await read_body(parser)) co_return;
  if (!parser.keep_alive()) wire_.is_closing = true;
  request.body = std::move(parser.get().body());
  HttpExchange exchange(wire_, std::move(request), parser.get().version(),
                        std::move(common_headers));
  exchange_ = &exchange;
  co_await answer(exchange);
  co_await exchange.finish();
  exchange_ = nullptr;
}

asio::awaitable<bool> HttpConnection::wait_for_first_byte() {
  if (wire_.buffer.size() > 0) co_return true;
  is_idle_ = true;
  wire_.stream.expires_after(wire_.limits.idle_time);
  const auto room = wire_.buffer.prepare(4096);
  const auto [failure, num_bytes] = co_await wire_.stream.async_read_some(room, kAwait);
  is_idle_ = false;
  wire_.buffer.commit(num_bytes);
  co_return !failure && !(wire_.is_closing && num_bytes == 0);
}

asio::awaitable<bool> HttpConnection::read_head(Parser& parser) {
  wire_.stream.expires_after(wire_.limits.header_time);
  const auto [failure, num_bytes] =
      co_await http::async_read_header(wire_.stream, wire_.buffer, parser, kAwait);
  if (!failure) co_return true;
  co_await refuse_malformed(failure);
  co_return false;
}

asio::awaitable<bool> HttpConnection::read_body(Parser& parser) {
  if (parser.is_done()) co_return true;
  wire_.stream.expires_after(wire_.limits.body_time);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(wire_.stream, asio::buffer(kContinue), kAwait);
  }
  const auto [failure, num_bytes] =
      co_await http::async_read(wire_.stream, wire_.buffer, parser, kAwait);
  if (!failure) co_return true;
  co_await refuse_malformed(failure);
  co_return false;
}

asio::awaitable<void> HttpConnection::answer(HttpExchange& exchange) {
  bool has_failed = false;
  try {
    co_await server_.application_.handle(exchange);
  } catch (const std::exception& failure) {
    // Not a way of ours to report errors: whatever a library threw and nobody caught.
    log_error(exchange.request().method, " ", exchange.request().path, ": ", failure.what());
    has_failed = true;
  }
  if (!has_failed) co_return;
  wire_.is_closing = true;
  if (exchange.has_begun()) co_return;
  HttpResponse response = http_error(500, "internal_error", "the server failed; see its log");
  co_await exchange.respond(std::move(response));
}

asio::awaitable<void> HttpConnection::refuse(HttpResponse response) {
  wire_.is_closing = true;
  HttpExchange exchange(wire_, HttpRequest{}, 11, {});
  co_await exchange.respond(std::move(response));
}

asio::awaitable<void> HttpConnection::refuse_malformed(beast::error_code failure) {
  wire_.is_closing = true;
  is_refused_ = true;
  HttpResponse response;
  if (failure == http::error::header_limit) {
    response = http_error(431, "header_too_large",
                          cat("the request's header is over ", wire_.limits.max_header_bytes,
                              " bytes; send fewer or shorter header fields"));
  } else if (failure == http::error::body_limit) {
    response = http_error(413, "body_too_large",
                          cat("the request's body is over ", wire_.limits.max_body_bytes,
                              " bytes; send a shorter prompt"));
  } else if (failure.category() == http::make_error_code(http::error::bad_method).category() &&
             failure != http::error::end_of_stream && failure != http::error::partial_message) {
    response = http_error(400, "malformed_request",
                          cat("this is not HTTP as RFC 9112 defines it: ", failure.message()));
  } else {
    co_return;  // the client has gone, or was too slow: nobody to answer
  }
  co_await refuse(std::move(response));
}

asio::awaitable<void> HttpConnection::close() {
  beast::error_code ignored;
  wire_.stream.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  if (ignored || !is_refused_) co_return;
  wire_.stream.expires_after(kDiscardTime);
  for (std::size_t num_discarded = 0; num_discarded < kMaxDiscardedBytes;) {
    wire_.buffer.clear();
    const auto room = wire_.buffer.prepare(64u << 10);
    const auto [failure, num_bytes] = co_await wire_.stream.async_read_some(room, kAwait);
    if (failure) break;
    num_discarded += num_bytes;
  }
}

}  // namespace falconet
