// A model that somebody asked for on the page: fetched in the background, then served beside the
// others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "hub/settings.h"
#include "server/model_directory.h"

namespace falconet {

/// Opens the files of a model under a name.
using ModelOpener = std::function<Result<std::shared_ptr<Completer>>(
    const std::filesystem::path& path, const std::string& name)>;

/// Safe to use from any thread. One model at a time.
class ModelFetcher {
 public:
  enum class State { Idle, Running, Done, Failed };
  struct Progress {
    std::string name = {};  // of the last model asked for
    State state = State::Idle;
    std::uint64_t num_bytes = 0;
    std::uint64_t num_bytes_total = 0;  // 0: unknown yet
    std::string error = {};             // what failed, and what to do
  };

  /// `models` must outlive the fetcher.
  ModelFetcher(ModelDirectory& models, HubSettings hub, ModelOpener open);

  /// Stops. What was fetched of a file is kept, and continued by the next start().
  ~ModelFetcher();

  /// Begins to fetch a model by its short name; does nothing when that is under way or done.
  /// Errors: InvalidArgument (not a short name), Unavailable (another model is being fetched).
  Status start(const std::string& name);

  Progress progress() const;

 private:
  void run(const std::stop_token& stop, const std::string& name);
  Status fetch(const std::stop_token& stop, const std::string& name);

  ModelDirectory& models_;
  HubSettings hub_;
  ModelOpener open_;
  mutable std::mutex mutex_;
  Progress progress_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace falconet
