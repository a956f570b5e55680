// Listens, accepts and ends connections; what is said on them is the application's business.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "server/http_exchange.h"
#include "server/server.h"

namespace falconet {

class HttpConnection;

/// What stands behind the sockets. All three are called on the IO thread.
struct HttpApplication {
  /// After the header and before the body: a response here ends the request.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> admit;
  /// Headers of every response to this request, refusals included.
  std::function<std::vector<HttpHeader>(const HttpRequest&)> common_headers;
  std::function<asio::awaitable<void>(HttpExchange&)> handle;
};

/// Lives on the IO thread, except listen() and the destructor, which need it stopped.
class HttpServer {
 public:
  /// Binds to options.uds, or to host and port. Errors: as Server::start.
  static Result<std::unique_ptr<HttpServer>> listen(asio::io_context& io,
                                                    const ServerOptions& options,
                                                    HttpApplication application);
  ~HttpServer();

  /// The port in use; 0 for a unix domain socket.
  int port() const { return port_; }

  asio::awaitable<void> accept_connections();

  /// Ends every connection: idle ones at once, busy ones after their response, and after
  /// `patience` all that are left.
  asio::awaitable<void> drain(std::chrono::milliseconds patience);

 private:
  friend class HttpConnection;
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

  HttpServer(asio::io_context& io, const ServerOptions& options, HttpApplication application);
  Status bind(const asio::generic::stream_protocol::endpoint& endpoint, const std::string& name);
  void open(asio::generic::stream_protocol::socket socket);
  std::string new_request_id();

  Acceptor acceptor_;
  HttpLimits limits_;
  std::filesystem::path uds_;
  HttpApplication application_;
  int port_ = 0;
  bool is_draining_ = false;
  std::set<HttpConnection*> connections_;  // each is owned by its own coroutine
  std::shared_ptr<AsyncEvent> connection_ended_;
  Random random_;
};

}  // namespace falconet
