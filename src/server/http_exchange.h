// One request and its response, plain or streamed, and whether the client is still there.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/status.hpp>
#include <functional>
#include <string_view>
#include <vector>

#include "server/async_event.h"
#include "server/http_message.h"
#include "server/server.h"

namespace falconet {

/// TCP and unix domain sockets alike.
using HttpStream = boost::beast::basic_stream<asio::generic::stream_protocol>;

/// What an exchange borrows from its connection, which outlives it.
struct HttpWire {
  HttpStream stream;
  boost::beast::flat_buffer buffer = {};  // bytes read and not yet parsed
  HttpLimits limits = {};
  bool is_closing = false;  // after this response
};

/// Lives on the server's IO thread. Exactly one of respond() and begin_stream() is called.
class HttpExchange {
 public:
  HttpExchange(HttpWire& wire, HttpRequest request, unsigned http_version,
               std::vector<HttpHeader> common_headers);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  const HttpRequest& request() const { return request_; }
  const HttpLimits& limits() const { return wire_.limits; }
  asio::any_io_executor executor() { return wire_.stream.get_executor(); }

  asio::awaitable<void> respond(HttpResponse response);

  /// Sends the header; the body follows in pieces. Each is false once the client cannot be reached.
  asio::awaitable<bool> begin_stream(HttpResponse head);
  asio::awaitable<bool> write(std::string_view piece);
  asio::awaitable<bool> end_stream();

  /// Calls `on_left` once if the client closes its side before the response is complete.
  void watch_client(std::function<void()> on_left);
  bool client_has_left() const { return client_has_left_; }
  void report_client_left();

  /// Waits until nothing of this exchange is under way on the socket. Call it last.
  asio::awaitable<void> finish();

  bool has_begun() const { return status_ != 0; }
  int status() const { return status_; }  // 0 until a response has begun

 private:
  asio::awaitable<void> read_ahead();
  bool is_alive_after(bool write_failed);

  HttpWire& wire_;
  HttpRequest request_;
  unsigned http_version_;  // 10 or 11
  std::vector<HttpHeader> common_headers_;
  std::function<void()> on_left_;
  bool client_has_left_ = false;
  bool is_reading_ahead_ = false;
  bool is_finishing_ = false;
  int status_ = 0;
  std::shared_ptr<AsyncEvent> read_ahead_ended_;
};

}  // namespace falconet
