#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "base/check.h"

namespace falconet {
namespace {

// About 20 µs on current machines: longer than the gap between two kernels of a forward pass,
// shorter than anyone notices as load.
constexpr int kSpins = 4000;

// Enough for a thread that was held up to fall behind by a quarter of its share at most; few enough
// that claiming them costs nothing beside the work.
constexpr std::size_t kChunksPerThread = 4;

// Chunks are counted in 16 bits of the ticket.
constexpr int kMaxThreads = 1024;

/// What threads claim chunks from, in one word, so that a claim checks and takes at once.
struct Ticket {
  std::uint32_t generation = 0;
  int num_chunks = 0;
  int next_chunk = 0;

  std::uint64_t pack() const {
    return (static_cast<std::uint64_t>(generation) << 32) |
           (static_cast<std::uint64_t>(num_chunks) << 16) | static_cast<std::uint64_t>(next_chunk);
  }
  static Ticket unpack(std::uint64_t packed) {
    return {static_cast<std::uint32_t>(packed >> 32), static_cast<int>((packed >> 16) & 0xFFFF),
            static_cast<int>(packed & 0xFFFF)};
  }
};

void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Returns once `value` differs from `old`.
template <class T>
T await_change(const std::atomic<T>& value, T old) {
  for (int i = 0; i < kSpins; ++i) {
    const T now = value.load(std::memory_order_acquire);
    if (now != old) return now;
    pause_cpu();
  }
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

/// CPUs that cgroup v2 grants as quota / period, or 0 for "no limit".
int cgroup_cpus() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return 0;
  return std::max(1, static_cast<int>(std::ceil(std::atof(quota.c_str()) / period)));
}

}  // namespace

ThreadPool::ThreadPool(int num_threads) {
  CHECK(num_threads >= 1 && num_threads <= kMaxThreads, "a pool of ", num_threads, " threads");
  workers_.reserve(static_cast<std::size_t>(num_threads - 1));
  for (int i = 1; i < num_threads; ++i) workers_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  is_stopping_.store(true, std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(FunctionRef<void(int index)> job) { run_chunks(num_threads(), job); }

void ThreadPool::run_chunks(int num_chunks, FunctionRef<void(int chunk)> job) {
  if (workers_.empty()) {
    for (int chunk = 0; chunk < num_chunks; ++chunk) job(chunk);
    return;
  }
  // No chunk of the last job is left, so nobody reads these until the ticket is out.
  job_ = &job;
  num_done_.store(0, std::memory_order_relaxed);
  const std::uint32_t generation = generation_.load(std::memory_order_relaxed) + 1;
  ticket_.store(Ticket{generation, num_chunks, 0}.pack(), std::memory_order_release);
  generation_.store(generation, std::memory_order_release);
  generation_.notify_all();
  while (run_next_chunk()) {
  }
  int done = num_done_.load(std::memory_order_acquire);
  while (done < num_chunks) done = await_change(num_done_, done);
}

bool ThreadPool::run_next_chunk() {
  std::uint64_t packed = ticket_.load(std::memory_order_acquire);
  while (true) {
    const Ticket ticket = Ticket::unpack(packed);
    if (ticket.next_chunk >= ticket.num_chunks) return false;
    // The generation inside makes a claim on an older job fail.
    if (ticket_.compare_exchange_weak(packed, packed + 1, std::memory_order_acq_rel)) {
      (*job_)(ticket.next_chunk);
      num_done_.fetch_add(1, std::memory_order_release);
      num_done_.notify_all();
      return true;
    }
  }
}

void ThreadPool::work() {
  std::uint32_t seen = 0;
  while (true) {
    seen = await_change(generation_, seen);
    if (is_stopping_.load(std::memory_order_relaxed)) return;
    while (run_next_chunk()) {
    }
  }
}

void ThreadPool::parallel_for(std::size_t count, std::size_t grain,
                              FunctionRef<void(std::size_t begin, std::size_t end)> body) {
  CHECK(grain > 0);
  const std::size_t num_grains = (count + grain - 1) / grain;
  const std::size_t num_chunks =
      std::min(num_grains, static_cast<std::size_t>(num_threads()) * kChunksPerThread);
  if (num_chunks <= 1 || workers_.empty()) {
    if (count > 0) body(0, count);
    return;
  }
  run_chunks(static_cast<int>(num_chunks), [&](int chunk) {
    const auto index = static_cast<std::size_t>(chunk);
    const std::size_t begin = std::min(count, num_grains * index / num_chunks * grain);
    const std::size_t end = std::min(count, num_grains * (index + 1) / num_chunks * grain);
    if (begin < end) body(begin, end);
  });
}

int available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int count = sched_getaffinity(0, sizeof set, &set) == 0
                  ? CPU_COUNT(&set)
                  : static_cast<int>(std::thread::hardware_concurrency());
  if (const int quota = cgroup_cpus(); quota > 0) count = std::min(count, quota);
  return std::max(1, count);
}

}  // namespace falconet
