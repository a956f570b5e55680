#include "server/background_run.h"

#include "base/log.h"

namespace falconet {
namespace {

const char* phase_name(RunPhase phase) {
  switch (phase) {
    case RunPhase::Running: return "running";
    case RunPhase::Done: return "done";
    case RunPhase::Stopped: return "stopped";
    case RunPhase::Failed: break;
  }
  return "failed";
}

}  // namespace

Json run_json(const std::optional<RunState>& state) {
  if (!state) return nullptr;
  return {{"about", state->about},
          {"state", phase_name(state->phase)},
          {"done", state->num_done},
          {"total", state->num_total},
          {"result", state->result},
          {"problem", state->problem.empty() ? Json() : Json(state->problem)}};
}

BackgroundRun::~BackgroundRun() { end(); }

Result<RunState> BackgroundRun::start(Json about, std::int64_t num_total, Work work) {
  const std::lock_guard lock(mutex_);
  if (has_ended_) return error(ErrorCode::Unavailable, "the server is ending");
  if (state_ && state_->phase == RunPhase::Running) {
    return error(ErrorCode::AlreadyExists, "one is going on; stop it first, or wait for its end");
  }
  state_ = RunState{.about = std::move(about), .num_total = num_total};
  // The thread of the run before, if there was one, has nothing left to do.
  thread_ = std::jthread(
      [this, work = std::move(work)](const std::stop_token& stop) { run(stop, work); });
  return *state_;
}

std::optional<RunState> BackgroundRun::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void BackgroundRun::stop() {
  const std::lock_guard lock(mutex_);
  thread_.request_stop();
}

void BackgroundRun::end() {
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    thread_.request_stop();
  }
  if (thread_.joinable()) thread_.join();
}

void BackgroundRun::run(const std::stop_token& stop, const Work& work) {
  Result<Json> result = work(stop, [this](std::int64_t done, std::int64_t total) {
    const std::lock_guard lock(mutex_);
    state_->num_done = done;
    state_->num_total = total;
  });
  const std::lock_guard lock(mutex_);
  if (result) {
    state_->phase = RunPhase::Done;
    state_->result = *std::move(result);
    return;
  }
  const bool was_stopped = stop.stop_requested() && result.error().code == ErrorCode::Cancelled;
  state_->phase = was_stopped ? RunPhase::Stopped : RunPhase::Failed;
  if (was_stopped) return;
  state_->problem = result.error().message;
  log_warning("a run in the background failed: ", state_->problem);
}

}  // namespace falconet
