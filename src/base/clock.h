// Time as a thing that is passed in, so that tests decide what time it is.
#pragma once

#include <chrono>

namespace falconet {

class Clock {
 public:
  virtual ~Clock() = default;

  /// For durations; never goes back.
  virtual std::chrono::steady_clock::time_point now() const = 0;

  /// For dates that people see.
  virtual std::chrono::system_clock::time_point wall_time() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  std::chrono::system_clock::time_point wall_time() const override {
    return std::chrono::system_clock::now();
  }
};

}  // namespace falconet
