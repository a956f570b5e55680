// A queue between threads: many senders, one receiver, closed once and for all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace falconet {

template <class T>
class Channel {
 public:
  /// False (and the value is dropped) once the channel is closed.
  bool send(T value) {
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_) return false;
      queue_.push_back(std::move(value));
    }
    arrived_.notify_one();
    return true;
  }

  /// Waits for the next value; nothing once the channel is closed and empty.
  std::optional<T> receive() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !queue_.empty() || is_closed_; });
    return pop();
  }

  /// The next value if there is one at hand.
  std::optional<T> try_receive() {
    const std::lock_guard lock(mutex_);
    return pop();
  }

  /// Waits at most `patience`; nothing then, or once the channel is closed and empty.
  std::optional<T> receive_for(std::chrono::nanoseconds patience) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, patience, [this] { return !queue_.empty() || is_closed_; });
    return pop();
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    arrived_.notify_all();
  }

  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return is_closed_;
  }

 private:
  std::optional<T> pop() {
    if (queue_.empty()) return std::nullopt;
    std::optional<T> value(std::move(queue_.front()));
    queue_.pop_front();
    return value;
  }

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> queue_;
  bool is_closed_ = false;
};

}  // namespace falconet
