// How often passwords may be tried: by name and by address, with growing pauses.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace falconet {

// Failures that cost nothing: people have a few passwords in mind.
constexpr int kFreeLogInFailures = 5;
constexpr std::chrono::seconds kFirstLogInPause{1};
// Four guesses an hour are of no use to anybody, and an owner who was locked out comes back soon.
constexpr std::chrono::seconds kLongestLogInPause{15 * 60};
// Failures that are older than this no longer count.
constexpr std::chrono::seconds kLogInMemory{30 * 60};

/// Safe to use from any thread.
class LogInLimiter {
 public:
  /// `max_entries` names and addresses are remembered, those that failed last; the clock must
  /// outlive the limiter.
  explicit LogInLimiter(const Clock& clock, std::size_t max_entries = 10'000)
      : clock_(clock), max_entries_(max_entries) {}

  /// How long to wait before the next attempt; nothing: it may be made now, and counts as failed
  /// until succeeded() takes it back, so that many at once are not all free.
  std::optional<std::chrono::seconds> begin_attempt(const std::string& name,
                                                    const std::string& address);

  /// The name's failures are forgotten; of the address's only this one, since whoever guesses may
  /// have an account of their own.
  void succeeded(const std::string& name, const std::string& address);

  /// The attempt is as if it had not been made: it got as far as it could, and something else
  /// decides. What failed before still counts.
  void take_back(const std::string& name, const std::string& address);

  std::size_t num_entries() const;

 private:
  struct Entry {
    std::string key = {};
    int num_failures = 0;
    std::chrono::steady_clock::time_point last_failure = {};
    std::chrono::steady_clock::time_point failure_before = {};  // for taking the last one back
  };
  using Entries = std::list<Entry>;  // the one that failed last stands first

  std::chrono::steady_clock::duration pause_left(const std::string& key) const;
  void count(const std::string& key);
  void uncount(const std::string& key);
  void forget_old();

  const Clock& clock_;
  const std::size_t max_entries_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> places_;
};

}  // namespace falconet
