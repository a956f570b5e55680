#include "kernels/bandwidth.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/aligned_bytes.h"

namespace falconet {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{512} << 20;
// A pass reads a part of the buffer, so that one that nothing interrupts is likely.
constexpr std::size_t kPassBytes = std::size_t{32} << 20;
constexpr std::size_t kPasses = 3 * kBufferBytes / kPassBytes;
constexpr std::size_t kLine = 64;
constexpr std::size_t kPrefetchBytes = 8192;

/// Reads every byte, as sums that the compiler may turn into wide loads but not leave out. Machines
/// differ in the number of streams that keeps their memory busiest.
template <std::size_t kStreams>
std::uint64_t read_all(const std::byte* bytes, std::size_t size) {
  const std::size_t stream_bytes = size / kStreams / kLine * kLine;
  std::array<std::uint64_t, kLine / sizeof(std::uint64_t)> sums{};
  for (std::size_t at = 0; at < stream_bytes; at += kLine) {
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
      const std::byte* place = bytes + stream * stream_bytes + at;
      if (kStreams == 1) __builtin_prefetch(place + kPrefetchBytes);
      std::array<std::uint64_t, sums.size()> line;
      std::memcpy(line.data(), place, kLine);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] ^= line[i];
    }
  }
  std::uint64_t total = 0;
  for (const std::uint64_t sum : sums) total ^= sum;
  return total;
}

}  // namespace

double measure_read_bandwidth(ThreadPool& pool) {
  const AlignedBytes buffer(kBufferBytes);
  const auto num_threads = static_cast<std::size_t>(pool.num_threads());
  const std::size_t share = kPassBytes / num_threads / kLine * kLine;
  std::memset(buffer.data(), 1, kBufferBytes);
  std::vector<std::uint64_t> sums(num_threads);
  double best = 0;
  for (std::size_t pass = 0; pass < kPasses; ++pass) {
    const std::byte* part = buffer.data() + pass * kPassBytes % kBufferBytes;
    const auto start = std::chrono::steady_clock::now();
    pool.run([&](int worker) {
      const auto index = static_cast<std::size_t>(worker);
      // Volatile, or the reads would have no effect and vanish.
      const std::byte* begin = part + index * share;
      volatile std::uint64_t kept =
          pass % 2 == 0 ? read_all<1>(begin, share) : read_all<8>(begin, share);
      sums[index] = kept;
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(share * num_threads) / seconds.count());
  }
  return best;
}

}  // namespace falconet
