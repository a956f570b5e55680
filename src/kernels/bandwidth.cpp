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
constexpr int kPasses = 6;
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
  const std::size_t share =
      kBufferBytes / static_cast<std::size_t>(pool.num_threads()) / kLine * kLine;
  const auto part = [&](int worker) {
    return buffer.data() + static_cast<std::size_t>(worker) * share;
  };
  // The thread that reads a part writes it first, so that its pages lie near that thread.
  pool.run([&](int worker) { std::memset(part(worker), worker + 1, share); });
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(pool.num_threads()));
  double best = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    pool.run([&](int worker) {
      // Volatile, or the reads would have no effect and vanish.
      volatile std::uint64_t kept = read_all(part(worker), share);
      sums[static_cast<std::size_t>(worker)] = kept;
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(share * sums.size()) / seconds.count());
  }
  return best;
}

}  // namespace falconet
