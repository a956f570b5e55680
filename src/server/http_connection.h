// One client's connection: reads requests, hands them to the application, one after the other.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http_exchange.h"
#include "server/http_server.h"

namespace falconet {

class HttpConnection {
 public:
  HttpConnection(HttpServer& server, asio::generic::stream_protocol::socket socket);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// Until the connection is closed, by whomever.
  asio::awaitable<void> run();

  /// Closes an idle connection, and a busy one after its response.
  void begin_drain();

  /// Closes the connection now; a response under way learns that its client left.
  void abort();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  asio::awaitable<void> serve_one_request();
  asio::awaitable<bool> wait_for_first_byte();
  asio::awaitable<bool> read_head(Parser& parser);
  asio::awaitable<bool> read_body(Parser& parser);
  asio::awaitable<void> answer(HttpExchange& exchange);
  asio::awaitable<void> refuse(HttpResponse response);
  asio::awaitable<void> refuse_malformed(boost::beast::error_code failure);
  asio::awaitable<void> close();

  HttpServer& server_;
  HttpWire wire_;
  const std::string peer_;
  HttpExchange* exchange_ = nullptr;  // the one under way, owned by serve_one_request
  bool is_idle_ = false;              // waiting for a request's first byte
  bool is_refused_ = false;           // the client may still be sending what we will not read
};

}  // namespace falconet
