#include "kernels/bandwidth.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>

namespace falconet {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{512} << 20;
// About a millisecond: short beside a step of the models that memory bounds.
constexpr std::size_t kPassBytes = std::size_t{32} << 20;
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

ReadBandwidth::ReadBandwidth(ThreadPool& pool) : pool_(pool), buffer_(kBufferBytes) {
  std::memset(buffer_.data(), 1, kBufferBytes);
}

double ReadBandwidth::measure() { return std::max(pass(read_all<1>), pass(read_all<8>)); }

double ReadBandwidth::pass(std::uint64_t (*read)(const std::byte* bytes, std::size_t size)) {
  const auto num_threads = static_cast<std::size_t>(pool_.num_threads());
  const std::size_t share = kPassBytes / num_threads / kLine * kLine;
  const std::byte* part = buffer_.data() + num_passes_++ * kPassBytes % kBufferBytes;
  const auto start = std::chrono::steady_clock::now();
  pool_.run([&](int worker) {
    // Volatile, or the reads would have no effect and vanish.
    volatile std::uint64_t kept = read(part + static_cast<std::size_t>(worker) * share, share);
    (void)kept;
  });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return static_cast<double>(share * num_threads) / seconds.count();
}

}  // namespace falconet
