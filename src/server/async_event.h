// A wake-up call for one waiting coroutine, from any thread.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>

namespace falconet {

namespace asio = boost::asio;

/// Completion token of all our operations: failures are values, not exceptions.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// Shared, because a call posted by another thread may arrive after the waiting side has gone.
class AsyncEvent : public std::enable_shared_from_this<AsyncEvent> {
 public:
  explicit AsyncEvent(const asio::any_io_executor& executor) : timer_(executor) {}

  /// On the executor's thread.
  void set() {
    is_set_ = true;
    timer_.cancel();
  }

  /// From any thread. Many calls before the event loop gets to it cost one.
  void post() {
    if (is_posted_.exchange(true)) return;
    asio::post(timer_.get_executor(), [self = shared_from_this()] {
      self->is_posted_.store(false);
      self->set();
    });
  }

  /// True once the event was set (and is reset by that), false if the deadline comes first.
  asio::awaitable<bool> wait_until(std::chrono::steady_clock::time_point deadline) {
    if (!is_set_) {
      timer_.expires_at(deadline);
      co_await timer_.async_wait(kAwait);
    }
    const bool was_set = is_set_;
    is_set_ = false;
    co_return was_set;
  }

  asio::awaitable<void> wait() {
    // GCC 12 miscompiles co_await in a loop's condition.
    bool was_set = false;
    while (!was_set) {
      was_set = co_await wait_until(std::chrono::steady_clock::time_point::max());
    }
  }

 private:
  asio::steady_timer timer_;
  bool is_set_ = false;
  std::atomic<bool> is_posted_{false};
};

}  // namespace falconet
