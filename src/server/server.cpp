#include "server/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "server/access.h"
#include "server/app.h"
#include "server/client_digests.h"
#include "server/http_server.h"
#include "server/remote_models.h"
#include "server/routes.h"

namespace falconet {
namespace {

// Templates and tokenizing of different requests run side by side on two; the rest of the machine
// belongs to the model.
constexpr std::size_t kNumWorkers = 2;

// They sleep while another server thinks: a provider of identities, or one whose models are added.
constexpr std::size_t kNumOutside = 4;

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, ModelDirectory& models, Access access)
      : options_(std::move(options)),
        access_(std::move(access)),
        clock_(options_.clock == nullptr ? system_clock_ : *options_.clock),
        remote_models_(std::move(options_.endpoints), models),
        workers_(kNumWorkers),
        outside_(kNumOutside),
        hasher_(1),
        service_{models,  options_.version, workers_, outside_,
                 hasher_, access_,          clients_, remote_models_} {
    if (options_.open_model == nullptr) return;
    fetcher_.emplace(models, options_.hub, options_.open_model);
    service_.fetcher = &*fetcher_;
  }

  ~Impl() { drain(std::chrono::milliseconds(0)); }

  Status open_app(Store& store) {
    TRY_ASSIGN(app_, App::open(store, clock_,
                               {.has_accounts = options_.has_accounts,
                                .password_cost = options_.password_cost,
                                .oidc = options_.oidc,
                                .retention_days = options_.retention_days,
                                .retention_interval = options_.retention_interval}));
    service_.app = app_.get();
    return remote_models_.reload(store);
  }

  Status listen() {
    HttpApplication application;
    application.admit = [this](const HttpRequest& request) {
      auto refusal = access_.admit(request);
      return refusal ? refusal : refuse_unrouted(request);
    };
    application.common_headers = [this](const HttpRequest& request) {
      std::vector<HttpHeader> headers = access_.cors_headers(request);
      headers.push_back({"x-request-id", request.id});
      return headers;
    };
    application.handle = [this](HttpExchange& exchange) { return answer(exchange); };
    TRY_ASSIGN(http_, HttpServer::listen(io_, options_, std::move(application)));
    asio::co_spawn(io_, http_->accept_connections(), asio::detached);
    io_thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  void drain(std::chrono::milliseconds patience) {
    const std::lock_guard lock(drain_mutex_);
    if (!io_thread_.joinable()) return;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    remote_models_.stop();
    if (app_ != nullptr) app_->end_background_runs();
    asio::co_spawn(io_, http_->drain(patience), asio::use_future).get();
    // Answers that nobody listens to get what is left of the time.
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (app_ != nullptr) app_->runner().drain(std::max(rest, std::chrono::milliseconds(0)));
    if (app_ != nullptr && app_->oidc() != nullptr) app_->oidc()->provider().interrupt();
    work_.reset();
    io_thread_.join();
    workers_.join();
    outside_.join();
    hasher_.join();
    http_.reset();
  }

  int port() const { return port_; }
  const std::string& url() const { return url_; }
  void remember_address() {
    port_ = http_->port();
    if (!options_.uds.empty()) {
      url_ = cat("unix:", options_.uds.native());
    } else {
      const bool is_v6 = options_.host.find(':') != std::string::npos;
      url_ = cat("http://", is_v6 ? "[" : "", options_.host, is_v6 ? "]:" : ":", port_);
    }
  }

 private:
  asio::awaitable<void> answer(HttpExchange& exchange) {
    const auto begin = std::chrono::steady_clock::now();
    co_await handle_request(service_, exchange);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    const HttpRequest& request = exchange.request();
    log_info(request.id, " ", request.method, " ", request.path, " ", exchange.status(),
             exchange.client_has_left() ? " (client left) " : " ", fixed(seconds.count(), 3), " s");
  }

  ServerOptions options_;
  Access access_;
  ClientDigests clients_;
  SystemClock system_clock_;
  const Clock& clock_;
  std::unique_ptr<App> app_;
  RemoteModels remote_models_;
  asio::thread_pool workers_;
  asio::thread_pool outside_;
  asio::thread_pool hasher_;
  Service service_;
  std::optional<ModelFetcher> fetcher_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  std::unique_ptr<HttpServer> http_;
  std::thread io_thread_;
  std::mutex drain_mutex_;
  int port_ = 0;
  std::string url_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, ModelDirectory& models,
                                              Store* store) {
  TRY_ASSIGN(Access access, Access::create(options));
  if (options.has_accounts && store == nullptr) {
    return error(ErrorCode::InvalidArgument,
                 "auth: accounts are kept with the conversations, and "
                 "this server keeps none");
  }
  auto impl = std::make_unique<Impl>(std::move(options), models, std::move(access));
  if (store != nullptr) TRY(impl->open_app(*store));
  TRY(impl->listen());
  impl->remember_address();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

int Server::port() const { return impl_->port(); }
std::string Server::url() const { return impl_->url(); }
void Server::drain(std::chrono::milliseconds patience) { impl_->drain(patience); }

}  // namespace falconet
