// One other server, asked from time to time for its models, which are offered beside our own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "hub/http.h"
#include "hub/remote_endpoint.h"
#include "server/model_directory.h"

namespace falconet {

struct EndpointStatus {
  enum class State { Asking, Ready, Unavailable };
  State state = State::Asking;
  EndpointReport report = {};  // of the last answer, without its models
  std::size_t num_models = 0;  // that are offered
};

/// What is watched.
struct WatchedEndpoint {
  std::string source;  // for ModelDirectory::offer
  RemoteEndpoint endpoint;
  std::vector<std::string> wanted = {};  // models that are offered; empty: all it has
};

/// Has a thread of its own. Models of a server that does not answer stay offered, as unavailable.
class EndpointWatch {
 public:
  /// The directory must outlive this. `known`: models that it had when it was last watched.
  EndpointWatch(WatchedEndpoint watched, std::vector<RemoteModel> known, ModelDirectory& models);

  /// Stops asking; what is offered stays offered.
  ~EndpointWatch();
  EndpointWatch(const EndpointWatch&) = delete;
  EndpointWatch& operator=(const EndpointWatch&) = delete;

  const WatchedEndpoint& watched() const { return watched_; }
  EndpointStatus status() const;
  std::vector<RemoteModel> known() const;

 private:
  void run(const std::stop_token& stop);
  void take(EndpointReport report);
  void offer(bool is_available);

  const WatchedEndpoint watched_;
  ModelDirectory& models_;
  HttpInterrupt interrupt_;
  mutable std::mutex mutex_;
  std::condition_variable_any wakes_;
  EndpointStatus status_;
  std::vector<RemoteModel> known_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace falconet
