#include "engine/token_stream.h"

#include <utility>

#include "base/check.h"

namespace falconet {

TokenStream::TokenStream(int num_choices, std::size_t room)
    : is_cancelled_(static_cast<std::size_t>(num_choices)) {
  events_.reserve(room);
}

void TokenStream::publish(EngineEvent event) {
  const std::lock_guard lock(events_mutex_);
  events_.push_back(std::move(event));
}

void TokenStream::wake() {
  arrived_.notify_one();
  const std::lock_guard lock(ready_mutex_);
  if (ready_) ready_();
}

bool TokenStream::is_cancelled(int choice) const {
  return is_cancelled_[static_cast<std::size_t>(choice)].load(std::memory_order_relaxed);
}

void TokenStream::wait() {
  std::unique_lock lock(events_mutex_);
  arrived_.wait(lock, [this] { return !events_.empty(); });
}

void TokenStream::take(std::vector<EngineEvent>& events) {
  CHECK(events.empty());
  const std::lock_guard lock(events_mutex_);
  events_.swap(events);
}

void TokenStream::cancel() {
  for (auto& flag : is_cancelled_) flag.store(true, std::memory_order_relaxed);
}

void TokenStream::cancel(int choice) {
  is_cancelled_[static_cast<std::size_t>(choice)].store(true, std::memory_order_relaxed);
}

void TokenStream::on_ready(std::function<void()> ready) {
  const std::lock_guard lock(ready_mutex_);
  ready_ = std::move(ready);
  if (!ready_) return;
  {
    const std::lock_guard events_lock(events_mutex_);
    if (events_.empty()) return;
  }
  ready_();
}

}  // namespace falconet
