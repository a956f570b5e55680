// Something long that a request has begun and that goes on without it: a model's answers to a
// hundred questions. One at a time of each kind; it can be stopped, and ends with the server.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

enum class RunPhase { Running, Done, Stopped, Failed };

/// Of the last run, while it goes on and after it.
struct RunState {
  Json about = Json::object();  // what it was begun with
  RunPhase phase = RunPhase::Running;
  std::int64_t num_done = 0;
  std::int64_t num_total = 0;
  Json result = nullptr;     // once it is done
  std::string problem = {};  // why it failed
};

/// {"about", "state": "running", "done", "stopped" or "failed", "done", "total", "result",
/// "problem"}; null where nothing was begun.
Json run_json(const std::optional<RunState>& state);

/// Safe to use from any thread.
class BackgroundRun {
 public:
  /// Called by the work, which must return soon once `stop` asks it to.
  using Progress = std::function<void(std::int64_t done, std::int64_t total)>;
  using Work = std::function<Result<Json>(const std::stop_token& stop, const Progress& progress)>;

  BackgroundRun() = default;
  /// As end().
  ~BackgroundRun();
  BackgroundRun(const BackgroundRun&) = delete;
  BackgroundRun& operator=(const BackgroundRun&) = delete;

  /// `num_total`: how much there is to do, as far as is known.
  /// Errors: AlreadyExists (one goes on), Unavailable (after end()).
  Result<RunState> start(Json about, std::int64_t num_total, Work work);

  /// Nothing: none was begun.
  std::optional<RunState> state() const;

  /// Asks it to stop and does not wait; it is Stopped soon. No error if none goes on.
  void stop();

  /// Asks it to stop and waits until it has. No other one begins.
  void end();

 private:
  void run(const std::stop_token& stop, const Work& work);

  mutable std::mutex mutex_;
  std::optional<RunState> state_;
  bool has_ended_ = false;  // end() was called
  std::jthread thread_;     // the last member: it uses all others
};

}  // namespace falconet
