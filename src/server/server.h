// The HTTP server: OpenAI's API and the page, over TCP or a unix domain socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "hub/remote_endpoint.h"
#include "server/credentials.h"
#include "server/model_fetcher.h"
#include "server/oidc_settings.h"

namespace falconet {

class Clock;
class Store;

/// What one connection may cost us. Tests shrink them.
struct HttpLimits {
  // Browsers send up to 8 KiB of cookies; no client of an API needs more beside them.
  std::size_t max_header_bytes = 16u << 10;
  // A full context of 131,072 tokens is under 1 MiB of text; escapes and history make it a few.
  std::size_t max_body_bytes = 16u << 20;
  // Every waiting stream holds one connection; beyond this the process runs into its file limit.
  int max_connections = 900;
  // From a request's first byte to the end of its header; a client that needs longer is stuck or
  // hostile.
  std::chrono::milliseconds header_time{30'000};
  // 16 MiB at 1 Mbit/s take 134 s.
  std::chrono::milliseconds body_time{180'000};
  // Idle keep-alive connections; longer than the 60 s that proxies usually keep theirs.
  std::chrono::milliseconds idle_time{75'000};
  // A client that takes no bytes for this long is gone, and its generation with it.
  std::chrono::milliseconds write_time{60'000};
  // Comments between events, so that proxies do not take a long prefill for a dead connection.
  std::chrono::milliseconds sse_keep_alive{15'000};
};

struct ServerOptions {
  std::string host = "127.0.0.1";     // name or address
  std::uint16_t port = 8000;          // 0: the system chooses; Server::port() tells
  std::filesystem::path uds;          // not empty: this unix domain socket instead of TCP
  std::vector<std::string> api_keys;  // not empty: everything but /health, and with accounts the
                                      // page, asks for one of them
  std::string metrics_key;            // not empty: /metrics asks for it, and for nothing else
  std::vector<std::string> allowed_origins;  // "https://example.org", or "*"; empty: no CORS
  bool has_accounts = false;                 // people log in; otherwise there is one user
  PasswordCost password_cost;                // tests take less
  std::optional<OidcSettings> oidc = {};     // a provider that people may log in with
  std::string version;                       // what /version says
  /// Records of answers and what was said of them are deleted when they are older; nothing: never.
  std::optional<std::int64_t> retention_days = {};
  // How often is looked for what has become too old.
  std::chrono::milliseconds retention_interval{3'600'000};
  HttpLimits limits;
  /// Opens a model that was fetched at a user's wish; null: none are fetched.
  ModelOpener open_model = {};
  HubSettings hub = HubSettings::from_environment();
  /// Other servers whose models are offered from the beginning, and cannot be changed on the page.
  std::vector<RemoteEndpoint> endpoints = {};
  const Clock* clock = nullptr;  // of tests, and must outlive the server; null: the system's
};

/// Whether only this machine reaches the server: a unix domain socket, localhost, 127.0.0.1, ::1.
bool is_local_only(const ServerOptions& options);

/// Runs on its own threads from start() until drain() or destruction.
class Server {
 public:
  /// Binds and listens before it returns. `models` and `store` must outlive the server; without a
  /// store no conversations are kept.
  /// Errors: InvalidArgument (host, a key that is empty, accounts without a store), AlreadyExists
  /// (address in use), PermissionDenied, Io, those of the store.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, ModelDirectory& models,
                                               Store* store = nullptr);

  ~Server();

  /// The TCP port listened on; 0 for a unix domain socket.
  int port() const;

  /// What to open or to point a client at: "http://127.0.0.1:8000", "unix:/run/falconet.sock".
  std::string url() const;

  /// Takes no new connections, lets running requests and answers finish for at most `patience`,
  /// cancels the rest and returns when all of them have ended. From any thread; the destructor does
  /// it without patience. A second call does nothing.
  void drain(std::chrono::milliseconds patience);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace falconet
