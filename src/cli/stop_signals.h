// Waits for the signals that end a server: Ctrl-C and what a service manager sends.
#pragma once

#include "base/result.h"

namespace falconet {

/// SIGINT and SIGTERM are blocked, in this thread and those it starts later, as long as it lives.
class StopSignals {
 public:
  /// Call before the threads that shall not be interrupted start. Errors: Io.
  static Result<StopSignals> create();

  StopSignals(StopSignals&& other) noexcept;
  StopSignals& operator=(StopSignals&&) = delete;
  ~StopSignals();

  /// Returns at the next signal or wake().
  void wait();

  /// From any thread: ends the wait that runs, or else the next one.
  void wake();

 private:
  StopSignals(int signals, int wakes) : signals_(signals), wakes_(wakes) {}

  int signals_ = -1;  // a signalfd
  int wakes_ = -1;    // an eventfd
};

}  // namespace falconet
