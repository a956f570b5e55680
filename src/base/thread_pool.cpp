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
  CHECK(num_threads >= 1, "a pool of ", num_threads, " threads");
  workers_.reserve(static_cast<std::size_t>(num_threads - 1));
  for (int worker = 1; worker < num_threads; ++worker) {
    workers_.emplace_back([this, worker] { work(worker); });
  }
}

ThreadPool::~ThreadPool() {
  is_stopping_.store(true, std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(FunctionRef<void(int worker)> job) {
  if (workers_.empty()) return job(0);
  job_ = &job;
  num_running_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  job(0);
  int running = num_running_.load(std::memory_order_acquire);
  while (running > 0) running = await_change(num_running_, running);
}

void ThreadPool::work(int worker) {
  std::uint32_t seen = 0;
  while (true) {
    seen = await_change(generation_, seen);
    if (is_stopping_.load(std::memory_order_relaxed)) return;
    (*job_)(worker);
    num_running_.fetch_sub(1, std::memory_order_acq_rel);
    num_running_.notify_all();
  }
}

void ThreadPool::parallel_for(std::size_t count, std::size_t grain,
                              FunctionRef<void(std::size_t begin, std::size_t end)> body) {
  CHECK(grain > 0);
  const std::size_t num_grains = (count + grain - 1) / grain;
  const std::size_t num_workers = static_cast<std::size_t>(num_threads());
  if (num_grains <= 1 || num_workers == 1) {
    if (count > 0) body(0, count);
    return;
  }
  run([&](int worker) {
    const auto index = static_cast<std::size_t>(worker);
    const std::size_t begin = std::min(count, num_grains * index / num_workers * grain);
    const std::size_t end = std::min(count, num_grains * (index + 1) / num_workers * grain);
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
