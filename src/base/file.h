// Whole files: read with a size limit, written so that a half file never has the final name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

/// An Error from an errno value: "what: No such file or directory".
Error errno_error(int code, const std::string& what);

/// Errors: NotFound, PermissionDenied, Io, TooLarge (over max_bytes).
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// A file that appears under its name only when commit() succeeds; otherwise it leaves nothing.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::filesystem::path& path);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) = delete;
  ~AtomicFile();

  Status write(std::span<const std::byte> bytes);
  Status write(std::string_view text);

  /// Flushes to disk and renames. After it, write() is a bug.
  Status commit();

 private:
  AtomicFile() = default;

  std::filesystem::path path_;
  std::filesystem::path temporary_path_;
  int fd_ = -1;
};

}  // namespace falconet
