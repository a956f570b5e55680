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
// Several streams a thread keep more of the memory system busy than one does.
constexpr std::size_t kStreams = 8;
constexpr std::size_t kLine = 64;

/// Reads every byte, as sums that the compiler may turn into wide loads but not leave out.
std::uint64_t read_all(const std::byte* bytes, std::size_t size) {
  const std::size_t stream_bytes = size / kStreams / kLine * kLine;
  std::array<std::uint64_t, kLine / sizeof(std::uint64_t)> sums{};
  for (std::size_t at = 0; at < stream_bytes; at += kLine) {
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
      std::array<std::uint64_t, sums.size()> line;
      std::memcpy(line.data(), bytes + stream * stream_bytes + at, kLine);
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
      volatile std::uint64_t kept = read_all(part + index * share, share);
      sums[index] = kept;
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(share * num_threads) / seconds.count());
  }
  return best;
}

}  // namespace falconet
