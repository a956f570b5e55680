// A fixed set of workers that fork and join within one call; the kernels run on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "base/function_ref.h"

namespace falconet {

/// One thread at a time may call run() or parallel_for(); that thread takes part as worker 0.
/// Workers spin briefly after each job, since the next kernel usually follows within
/// microseconds, and then sleep: an idle pool uses no CPU.
class ThreadPool {
 public:
  /// num_threads counts the calling thread; 1 makes every call run inline.
  explicit ThreadPool(int num_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls job(worker) once for each worker 0 … num_threads - 1 and returns when all are done.
  void run(FunctionRef<void(int worker)> job);

  /// Calls body(begin, end) on disjoint ranges that cover [0, count): one contiguous range a
  /// worker, its bounds multiples of `grain`. The split depends on count, grain and num_threads
  /// alone.
  void parallel_for(std::size_t count, std::size_t grain,
                    FunctionRef<void(std::size_t begin, std::size_t end)> body);

 private:
  void work(int worker);

  std::atomic<std::uint32_t> generation_{0};  // odd steps are not used; each job adds one
  std::atomic<int> num_running_{0};
  std::atomic<bool> is_stopping_{false};
  const FunctionRef<void(int)>* job_ = nullptr;  // valid while num_running_ > 0
  std::vector<std::thread> workers_;
};

/// Threads this process may use: its CPU affinity, and its cgroup's CPU quota where that is less.
int available_cpus();

}  // namespace falconet
