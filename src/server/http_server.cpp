#include "server/http_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <random>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "server/errors.h"
#include "server/http_connection.h"

namespace falconet {
namespace {

using boost::system::error_code;
using tcp = asio::ip::tcp;
using local = asio::local::stream_protocol;

// Handshakes that wait for us; the kernel lowers it to its own limit.
constexpr int kListenBacklog = 1024;

// After an accept that failed for want of descriptors or memory: until some have come free.
constexpr std::chrono::milliseconds kAcceptPause{100};

Error system_error(const error_code& failure, const std::string& what) {
  if (failure == asio::error::address_in_use) {
    return error(ErrorCode::AlreadyExists, what, ": the address is in use; choose another --port");
  }
  if (failure.category() == boost::system::system_category()) {
    return errno_error(failure.value(), what);
  }
  return error(ErrorCode::InvalidArgument, what, ": ", failure.message());
}

/// Removes the socket file of a server that has died; a living one is left alone.
Status remove_stale_socket(asio::io_context& io, const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return error(ErrorCode::AlreadyExists, path.native(), " exists and is not a socket");
  }
  error_code failure;
  local::socket probe(io);
  probe.connect(local::endpoint(path.native()), failure);
  if (!failure) {
    return error(ErrorCode::AlreadyExists, "another server listens on ", path.native());
  }
  ::unlink(path.c_str());
  return {};
}

}  // namespace

HttpServer::HttpServer(asio::io_context& io, const ServerOptions& options,
                       HttpApplication application)
    : acceptor_(io),
      limits_(options.limits),
      application_(std::move(application)),
      connection_ended_(std::make_shared<AsyncEvent>(io.get_executor())),
      random_((std::uint64_t{std::random_device()()} << 32) | std::random_device()()) {}

HttpServer::~HttpServer() {
  if (!uds_.empty()) ::unlink(uds_.c_str());
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io,
                                                       const ServerOptions& options,
                                                       HttpApplication application) {
  std::unique_ptr<HttpServer> server(new HttpServer(io, options, std::move(application)));
  if (!options.uds.empty()) {
    if (options.uds.native().size() >= sizeof(sockaddr_un::sun_path)) {
      return error(ErrorCode::InvalidArgument, "uds: a socket's path has at most ",
                   sizeof(sockaddr_un::sun_path) - 1, " bytes, ", options.uds.native(), " has ",
                   options.uds.native().size());
    }
    TRY(remove_stale_socket(io, options.uds));
    TRY(server->bind(local::endpoint(options.uds.native()), options.uds.native()));
    server->uds_ = options.uds;
    return server;
  }
  error_code failure;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, failure);
  if (failure || found.empty()) {
    return error(ErrorCode::InvalidArgument, "host: '", options.host,
                 "' is no address of this machine: ", failure.message());
  }
  TRY(server->bind(found.begin()->endpoint(), cat(options.host, ":", options.port)));
  tcp::endpoint endpoint;
  const auto bound = server->acceptor_.local_endpoint();
  endpoint.resize(bound.size());
  std::memcpy(endpoint.data(), bound.data(), bound.size());
  server->port_ = endpoint.port();
  return server;
}

Status HttpServer::bind(const asio::generic::stream_protocol::endpoint& endpoint,
                        const std::string& name) {
  error_code failure;
  acceptor_.open(endpoint.protocol(), failure);
  // So that a restarted server need not wait for the old one's connections to be forgotten.
  if (!failure) acceptor_.set_option(asio::socket_base::reuse_address(true), failure);
  if (!failure) acceptor_.bind(endpoint, failure);
  if (!failure) acceptor_.listen(kListenBacklog, failure);
  if (failure) return system_error(failure, cat("cannot listen on ", name));
  return {};
}

asio::awaitable<void> HttpServer::accept_connections() {
  asio::steady_timer pause(acceptor_.get_executor());
  while (!is_draining_) {
    auto [failure, socket] = co_await acceptor_.async_accept(kAwait);
    if (is_draining_) break;
    if (failure) {
      log_warning("cannot accept a connection: ", failure.message());
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAwait);
      continue;
    }
    open(std::move(socket));
  }
}

void HttpServer::open(asio::generic::stream_protocol::socket socket) {
  error_code ignored;
  if (static_cast<int>(connections_.size()) >= limits_.max_connections) {
    const HttpResponse full = http_error(503, "overloaded", "too many connections; try again");
    const std::string text =
        cat("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n",
            "Content-Type: application/json\r\nContent-Length: ", full.body.size(), "\r\n\r\n",
            full.body);
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(text), 0, ignored);
    return;
  }
  // Tokens are small and must leave at once (fails on unix domain sockets, which never wait).
  if (uds_.empty()) socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_unique<HttpConnection>(*this, std::move(socket));
  asio::co_spawn(
      acceptor_.get_executor(),
      [connection = std::move(connection)]() { return connection->run(); }, asio::detached);
}

asio::awaitable<void> HttpServer::drain(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  is_draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  for (HttpConnection* connection : connections_) connection->begin_drain();
  bool is_in_time = true;
  while (!connections_.empty() && is_in_time) {
    is_in_time = co_await connection_ended_->wait_until(deadline);
  }
  if (!connections_.empty()) {
    log_warning("drain: ", connections_.size(), " connections cut off after ", patience.count(),
                " ms");
  }
  for (HttpConnection* connection : connections_) connection->abort();
  while (!connections_.empty()) co_await connection_ended_->wait();
}

std::string HttpServer::new_request_id() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  for (int word = 0; word < 2; ++word) {
    std::uint64_t bits = random_();
    for (int i = 0; i < 12; ++i, bits >>= 4) id += kDigits[bits & 15u];
  }
  return id;
}

}  // namespace falconet
