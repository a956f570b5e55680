// The models of other servers, offered beside our own (OPENAI_API_BASE_URL and its kin).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "hub/remote_endpoint.h"
#include "server/model_directory.h"

namespace falconet {

/// Asks each endpoint what it has, on a thread of its own and again every minute while one does not
/// answer. A name that is offered already stays with whoever has it.
class RemoteModels {
 public:
  /// The directory must outlive this.
  RemoteModels(std::vector<RemoteEndpoint> endpoints, ModelDirectory& models);
  RemoteModels(const RemoteModels&) = delete;
  RemoteModels& operator=(const RemoteModels&) = delete;

 private:
  void ask(const std::stop_token& stop);
  bool offer(const RemoteEndpoint& endpoint, bool is_first_time);

  std::vector<RemoteEndpoint> endpoints_;  // that have not answered yet
  ModelDirectory& models_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;
};

}  // namespace falconet
