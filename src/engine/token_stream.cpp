#include "engine/token_stream.h"

#include <utility>

#include "base/check.h"

namespace falconet {

TokenStream::TokenStream(int num_choices, std::size_t room)
    : reader_stops_(static_cast<std::size_t>(num_choices)) {
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

std::optional<StopCause> TokenStream::reader_stop(int choice) const {
  switch (reader_stops_[static_cast<std::size_t>(choice)].load(std::memory_order_relaxed)) {
    case ReaderStop::None: return std::nullopt;
    case ReaderStop::ReadEnough: return StopCause::ReadEnough;
    case ReaderStop::Cancelled: return StopCause::Cancelled;
  }
  return std::nullopt;
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
  for (int choice = 0; choice < static_cast<int>(reader_stops_.size()); ++choice) cancel(choice);
}

void TokenStream::cancel(int choice) {
  auto& stop = reader_stops_[static_cast<std::size_t>(choice)];
  auto none = ReaderStop::None;  // the first reason stays
  stop.compare_exchange_strong(none, ReaderStop::Cancelled, std::memory_order_relaxed);
}

void TokenStream::end(int choice) {
  auto& stop = reader_stops_[static_cast<std::size_t>(choice)];
  auto none = ReaderStop::None;
  stop.compare_exchange_strong(none, ReaderStop::ReadEnough, std::memory_order_relaxed);
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
