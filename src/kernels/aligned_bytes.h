// Memory for weights and scratch: aligned to cache lines, on huge pages where it is large.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>

namespace falconet {

/// Uninitialised. Addresses are multiples of 64, and of 2 MiB from that size on.
class AlignedBytes {
 public:
  AlignedBytes() = default;
  explicit AlignedBytes(std::size_t size)
      : data_(static_cast<std::byte*>(::operator new(size, alignment(size))), Free{size}),
        size_(size) {
    // Fewer page walks while gigabytes stream by. Only advice: a failure costs nothing but speed.
    if (size >= kHugePage) (void)madvise(data_.get(), size, MADV_HUGEPAGE);
  }

  std::byte* data() const { return data_.get(); }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20;
  static std::align_val_t alignment(std::size_t size) {
    return std::align_val_t{size >= kHugePage ? kHugePage : 64};
  }
  struct Free {
    std::size_t size;
    void operator()(std::byte* data) const { ::operator delete(data, alignment(size)); }
  };
  std::unique_ptr<std::byte, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace falconet
