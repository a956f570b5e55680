#include "server/sign_up_limiter.h"

#include <algorithm>

namespace falconet {

std::optional<std::chrono::seconds> SignUpLimiter::begin_attempt(const std::string& address) {
  const std::lock_guard lock(mutex_);
  forget_full();
  Entry& entry = entry_of(address);
  // Generic cell rate algorithm: each attempt puts off the time at which the bucket is full.
  const auto full = std::max(entry.full, clock_.now()) + kSignUpInterval;
  const auto wait = full - clock_.now() - kSignUpsAtOnce * kSignUpInterval;
  if (wait > wait.zero()) return std::chrono::ceil<std::chrono::seconds>(wait);
  entry.full = full;
  return std::nullopt;
}

std::size_t SignUpLimiter::num_addresses() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

SignUpLimiter::Entry& SignUpLimiter::entry_of(const std::string& address) {
  if (const auto place = places_.find(address); place != places_.end()) {
    entries_.splice(entries_.begin(), entries_, place->second);
    return entries_.front();
  }
  entries_.push_front({.address = address, .full = clock_.now()});
  places_[address] = entries_.begin();
  if (entries_.size() > max_addresses_) {
    places_.erase(entries_.back().address);
    entries_.pop_back();
  }
  return entries_.front();
}

void SignUpLimiter::forget_full() {
  while (!entries_.empty() && entries_.back().full <= clock_.now()) {
    places_.erase(entries_.back().address);
    entries_.pop_back();
  }
}

}  // namespace falconet
