// Takes the engine's measurements as requests go by.
#pragma once

#include <chrono>
#include <cstddef>

#include "engine/active_request.h"
#include "engine/stats.h"

namespace falconet {

/// Belongs to the engine's thread; what it writes is in `stats`, which must outlive it.
class EngineMeter {
 public:
  using Time = ActiveRequest::Time;

  explicit EngineMeter(EngineStats& stats) : stats_(stats) {}

  void note_submission(const EngineRequest& request);
  void note_step(std::size_t num_tokens);

  void note_draft(std::size_t num_tokens);
  void note_accepted_draft_token() { ++stats_.num_accepted_tokens; }

  /// A token of `sequence` is there.
  void note_token(ActiveSequence& sequence, Time now);

  void note_end(const ActiveSequence& sequence, StopCause cause);

  /// After that of its last sequence.
  void note_request_end(ActiveRequest& request, Time now);

 private:
  EngineStats& stats_;
};

}  // namespace falconet
