// A fixed set of workers that fork and join within one call; the kernels run on it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "base/function_ref.h"

namespace falconet {

/// One thread at a time may call run() or parallel_for(); that thread takes part. Work is cut into
/// chunks that threads claim one by one, so that a worker which the system does not schedule in
/// time delays nobody. Workers spin briefly after each job, since the next kernel usually follows
/// within microseconds, and then sleep: an idle pool uses no CPU.
class ThreadPool {
 public:
  /// num_threads counts the calling thread; 1 makes every call run inline.
  explicit ThreadPool(int num_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls job(index) once for each index 0 … num_threads - 1 and returns when all are done. One
  /// thread may run several of them, one after the other.
  void run(FunctionRef<void(int index)> job);

  /// Calls body(begin, end) on disjoint ranges that cover [0, count), their bounds multiples of
  /// `grain`. The split depends on count, grain and num_threads alone; which thread takes which
  /// range does not.
  void parallel_for(std::size_t count, std::size_t grain,
                    FunctionRef<void(std::size_t begin, std::size_t end)> body);

 private:
  void work();
  void run_chunks(int num_chunks, FunctionRef<void(int chunk)> job);
  bool run_next_chunk();

  std::atomic<std::uint32_t> generation_{0};  // counts jobs; sleeping workers wait for a change
  std::atomic<std::uint64_t> ticket_{0};      // generation, number of chunks, next chunk
  std::atomic<int> num_done_{0};              // chunks of the current job
  std::atomic<bool> is_stopping_{false};
  const FunctionRef<void(int)>* job_ = nullptr;  // read only by the holder of an unfinished chunk
  std::vector<std::thread> workers_;
};

/// Threads this process may use: its CPU affinity, and its cgroup's CPU quota where that is less.
int available_cpus();

}  // namespace falconet
