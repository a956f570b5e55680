// Work that would hold up the IO thread, done elsewhere while a coroutine waits for it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <optional>
#include <type_traits>
#include <utility>

#include "server/async_event.h"
#include "server/service.h"

namespace falconet {

/// The value of `work`, computed in a pool of threads while the IO thread goes on.
template <class Work>
asio::awaitable<std::invoke_result_t<Work>> run_in(asio::thread_pool& pool, Work work) {
  // The job may refer to this frame, which lives until the job has ended.
  std::optional<std::invoke_result_t<Work>> result;
  auto job = [&]() -> asio::awaitable<void> {
    result.emplace(work());
    co_return;
  };
  co_await asio::co_spawn(pool.get_executor(), job, asio::use_awaitable);
  co_return *std::move(result);
}

template <class Work>
asio::awaitable<std::invoke_result_t<Work>> run_on_worker(Service& service, Work work) {
  return run_in(service.workers, std::move(work));
}

}  // namespace falconet
