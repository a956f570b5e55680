#include "server/log_in_limiter.h"

#include <algorithm>
#include <utility>

namespace falconet {
namespace {

std::chrono::seconds pause_after(int num_failures) {
  if (num_failures < kFreeLogInFailures) return std::chrono::seconds(0);
  std::chrono::seconds pause = kFirstLogInPause;
  for (int i = kFreeLogInFailures; i < num_failures && pause < kLongestLogInPause; ++i) pause *= 2;
  return std::min(pause, kLongestLogInPause);
}

std::string key_of_name(const std::string& name) { return "name " + name; }
std::string key_of_address(const std::string& address) { return "address " + address; }

}  // namespace

std::optional<std::chrono::seconds> LogInLimiter::begin_attempt(const std::string& name,
                                                                const std::string& address) {
  const std::lock_guard lock(mutex_);
  forget_old();
  const auto left = std::max(pause_left(key_of_name(name)), pause_left(key_of_address(address)));
  if (left > left.zero()) return std::chrono::ceil<std::chrono::seconds>(left);
  count(key_of_name(name));
  count(key_of_address(address));
  return std::nullopt;
}

void LogInLimiter::succeeded(const std::string& name, const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(key_of_name(name)); place != places_.end()) {
    entries_.erase(place->second);
    places_.erase(place);
  }
  uncount(key_of_address(address));
}

void LogInLimiter::take_back(const std::string& name, const std::string& address) {
  const std::lock_guard lock(mutex_);
  for (const std::string& key : {key_of_name(name), key_of_address(address)}) {
    if (const auto place = places_.find(key); place != places_.end()) {
      place->second->last_failure = place->second->failure_before;
    }
    uncount(key);
  }
}

std::size_t LogInLimiter::num_entries() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::chrono::steady_clock::duration LogInLimiter::pause_left(const std::string& key) const {
  const auto place = places_.find(key);
  if (place == places_.end()) return {};
  const Entry& entry = *place->second;
  return entry.last_failure + pause_after(entry.num_failures) - clock_.now();
}

void LogInLimiter::count(const std::string& key) {
  const auto place = places_.find(key);
  if (place != places_.end()) {
    entries_.splice(entries_.begin(), entries_, place->second);
  } else {
    entries_.push_front({.key = key});
    places_[key] = entries_.begin();
  }
  Entry& entry = entries_.front();
  ++entry.num_failures;
  entry.failure_before = std::exchange(entry.last_failure, clock_.now());
  if (entries_.size() <= max_entries_) return;
  places_.erase(entries_.back().key);
  entries_.pop_back();
}

void LogInLimiter::uncount(const std::string& key) {
  const auto place = places_.find(key);
  if (place == places_.end()) return;
  if (--place->second->num_failures > 0) return;
  entries_.erase(place->second);
  places_.erase(place);
}

void LogInLimiter::forget_old() {
  while (!entries_.empty() && entries_.back().last_failure + kLogInMemory <= clock_.now()) {
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace falconet
