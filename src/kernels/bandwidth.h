// How fast this machine reads memory: what decoding speed is measured against.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/aligned_bytes.h"

namespace falconet {

/// Reads a buffer far larger than any cache, a little at a time: a machine that is shared gives
/// more in one second than in the next, so what is compared with it has to be measured in between.
class ReadBandwidth {
 public:
  /// Takes 512 MiB for as long as it lives. The pool must outlive it.
  explicit ReadBandwidth(ThreadPool& pool);

  /// Bytes per second that the pool's threads read together, the better of two ways to read; some
  /// milliseconds.
  double measure();

 private:
  double pass(std::uint64_t (*read)(const std::byte* bytes, std::size_t size));

  ThreadPool& pool_;
  AlignedBytes buffer_;
  std::size_t num_passes_ = 0;
};

}  // namespace falconet
