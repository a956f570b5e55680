// How many accounts may be made from one place.
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

// A room of people behind one address signs up in a minute; studies have some thirty.
constexpr int kSignUpsAtOnce = 40;
// After those, one at a time: a script gets under a thousand accounts a day out of an address.
constexpr std::chrono::seconds kSignUpInterval{90};

/// A bucket of attempts for each address, which fills up again with time. An attempt that fails
/// counts as well: it hashes a password, and tells whether a name is taken.
/// Safe to use from any thread.
class SignUpLimiter {
 public:
  /// `max_addresses` are remembered, those that tried last; the clock must outlive the limiter.
  explicit SignUpLimiter(const Clock& clock, std::size_t max_addresses = 10'000)
      : clock_(clock), max_addresses_(max_addresses) {}

  /// How long to wait before the next attempt; nothing: it may be made now, and was counted.
  std::optional<std::chrono::seconds> begin_attempt(const std::string& address);

  std::size_t num_addresses() const;

 private:
  struct Entry {
    std::string address = {};
    std::chrono::steady_clock::time_point full = {};  // when its bucket will be full again
  };
  using Entries = std::list<Entry>;  // the one that tried last stands first

  Entry& entry_of(const std::string& address);
  void forget_full();

  const Clock& clock_;
  const std::size_t max_addresses_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> places_;
};

}  // namespace falconet
