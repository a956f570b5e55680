#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace falconet {

Error errno_error(int code, const std::string& what) {
  ErrorCode kind = ErrorCode::Io;
  if (code == ENOENT || code == ENOTDIR) kind = ErrorCode::NotFound;
  if (code == EACCES || code == EPERM) kind = ErrorCode::PermissionDenied;
  if (code == ENOSPC || code == EDQUOT) kind = ErrorCode::Exhausted;
  return error(kind, what, ": ", std::strerror(code));
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno_error(errno, cat("cannot open ", path.string()));
  std::string text;
  char buffer[1 << 16];
  while (true) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int code = errno;
      ::close(fd);
      return errno_error(code, cat("cannot read ", path.string()));
    }
    if (count == 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > max_bytes) {
      ::close(fd);
      return error(ErrorCode::TooLarge, path.string(), " is over the limit of ",
                   human_bytes(max_bytes));
    }
  }
  ::close(fd);
  return text;
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& path) {
  AtomicFile file;
  file.path_ = path;
  std::string pattern = cat(path.string(), ".XXXXXX");
  file.fd_ = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (file.fd_ < 0) return errno_error(errno, cat("cannot create ", path.string()));
  file.temporary_path_ = pattern;
  ::fchmod(file.fd_, 0644);
  return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::move(other.temporary_path_)),
      fd_(std::exchange(other.fd_, -1)) {}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_path_.c_str());
}

Status AtomicFile::write(std::span<const std::byte> bytes) {
  CHECK(fd_ >= 0, "write after commit");
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_error(errno, cat("cannot write ", path_.string()));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Status AtomicFile::write(std::string_view text) {
  return write(std::as_bytes(std::span(text.data(), text.size())));
}

Status AtomicFile::commit() {
  CHECK(fd_ >= 0, "commit twice");
  if (::fsync(fd_) != 0) return errno_error(errno, cat("cannot flush ", path_.string()));
  if (::rename(temporary_path_.c_str(), path_.c_str()) != 0) {
    return errno_error(errno, cat("cannot rename to ", path_.string()));
  }
  ::close(fd_);
  fd_ = -1;
  return {};
}

}  // namespace falconet
