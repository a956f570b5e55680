#include "server/http_exchange.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace falconet {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

// Pipelined requests kept while a response is made; beyond this the socket is left unread, and TCP
// holds the client back.
constexpr std::size_t kMaxReadAheadBytes = 64u << 10;
constexpr std::size_t kReadAheadBytes = 4u << 10;

void add_headers(http::fields& fields, const std::vector<HttpHeader>& headers) {
  for (const auto& [name, value] : headers) fields.insert(name, value);
}

}  // namespace

HttpExchange::HttpExchange(HttpWire& wire, HttpRequest request, unsigned http_version,
                           std::vector<HttpHeader> common_headers)
    : wire_(wire),
      request_(std::move(request)),
      http_version_(http_version),
      common_headers_(std::move(common_headers)),
      read_ahead_ended_(std::make_shared<AsyncEvent>(wire.stream.get_executor())) {}

bool HttpExchange::is_alive_after(bool write_failed) {
  if (write_failed) {
    wire_.is_closing = true;
    report_client_left();
  }
  return !client_has_left_;
}

asio::awaitable<void> HttpExchange::respond(HttpResponse response) {
  status_ = response.status;
  http::response<http::string_body> message;
  message.version(http_version_);
  message.result(static_cast<unsigned>(response.status));
  add_headers(message, common_headers_);
  add_headers(message, response.headers);
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  message.keep_alive(!wire_.is_closing);
  message.body() = std::move(response.body);
  message.prepare_payload();
  // The header of HEAD's response speaks of the body that GET would have got.
  if (request_.method == "HEAD") message.body().clear();
  wire_.stream.expires_after(wire_.limits.write_time);
  const auto [failure, num_bytes] = co_await http::async_write(wire_.stream, message, kAwait);
  is_alive_after(failure.failed());
}

asio::awaitable<bool> HttpExchange::begin_stream(HttpResponse head) {
  status_ = head.status;
  http::response<http::empty_body> message;
  message.version(http_version_);
  message.result(static_cast<unsigned>(head.status));
  add_headers(message, common_headers_);
  add_headers(message, head.headers);
  message.set(http::field::content_type, head.content_type);
  // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
  if (http_version_ < 11) wire_.is_closing = true;
  message.keep_alive(!wire_.is_closing);
  message.chunked(http_version_ >= 11);
  http::response_serializer<http::empty_body> serializer(message);
  wire_.stream.expires_after(wire_.limits.write_time);
  const auto [failure, num_bytes] =
      co_await http::async_write_header(wire_.stream, serializer, kAwait);
  co_return is_alive_after(failure.failed());
}

asio::awaitable<bool> HttpExchange::write(std::string_view piece) {
  if (client_has_left_) co_return false;
  if (piece.empty()) co_return true;  // an empty chunk would end the body
  wire_.stream.expires_after(wire_.limits.write_time);
  const asio::const_buffer bytes(piece.data(), piece.size());
  beast::error_code failure;
  if (http_version_ >= 11) {
    const auto chunk = http::make_chunk(bytes);
    std::tie(failure, std::ignore) = co_await asio::async_write(wire_.stream, chunk, kAwait);
  } else {
    std::tie(failure, std::ignore) = co_await asio::async_write(wire_.stream, bytes, kAwait);
  }
  co_return is_alive_after(failure.failed());
}

asio::awaitable<bool> HttpExchange::end_stream() {
  if (client_has_left_) co_return false;
  if (http_version_ < 11) co_return true;
  wire_.stream.expires_after(wire_.limits.write_time);
  const auto last = http::make_chunk_last();
  const auto [failure, num_bytes] = co_await asio::async_write(wire_.stream, last, kAwait);
  co_return is_alive_after(failure.failed());
}

void HttpExchange::report_client_left() {
  if (std::exchange(client_has_left_, true)) return;
  wire_.is_closing = true;
  if (on_left_) on_left_();
}

void HttpExchange::watch_client(std::function<void()> on_left) {
  on_left_ = std::move(on_left);
  is_reading_ahead_ = true;
  asio::co_spawn(wire_.stream.get_executor(), read_ahead(), asio::detached);
}

// The only way to hear of a closed connection is to read from it, so what a client sends early is
// read as well and kept for the next request.
asio::awaitable<void> HttpExchange::read_ahead() {
  while (!is_finishing_ && wire_.buffer.size() < kMaxReadAheadBytes) {
    wire_.stream.expires_never();
    const auto room = wire_.buffer.prepare(kReadAheadBytes);
    const auto [failure, num_bytes] = co_await wire_.stream.async_read_some(room, kAwait);
    if (failure == asio::error::operation_aborted) break;
    if (failure) {
      report_client_left();
      break;
    }
    wire_.buffer.commit(num_bytes);
  }
  is_reading_ahead_ = false;
  read_ahead_ended_->set();
}

asio::awaitable<void> HttpExchange::finish() {
  is_finishing_ = true;
  if (is_reading_ahead_) wire_.stream.cancel();
  while (is_reading_ahead_) co_await read_ahead_ended_->wait();
  on_left_ = nullptr;
}

}  // namespace falconet
