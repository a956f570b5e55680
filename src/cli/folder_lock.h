// One server a data folder.
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace falconet {

/// Held as long as it lives, and not longer than the process does, however that ends.
class FolderLock {
 public:
  /// Errors: AlreadyExists (another Falconet holds it), PermissionDenied, NotFound, Io.
  static Result<FolderLock> acquire(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&& other) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace falconet
