// How fast this machine reads memory: what decoding speed is measured against.
#pragma once

#include "base/thread_pool.h"

namespace falconet {

/// Bytes per second that the pool's threads read together from a buffer far larger than any cache:
/// the best of several passes. Takes about half a second and 512 MiB for that time.
double measure_read_bandwidth(ThreadPool& pool);

}  // namespace falconet
