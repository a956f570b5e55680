#include "hub/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/json.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSidecarBytes = 1u << 20;

// Kept free beside a download, so that the system it runs on can still write its logs.
constexpr std::uint64_t kSpareBytes = 64u << 20;

fs::path partial_path(const fs::path& final_path) { return final_path.string() + ".part"; }

bool is_same_file(int fd, const fs::path& path) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(fd, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

Result<PartialFile> PartialFile::open(const fs::path& final_path) {
  std::error_code failure;
  fs::create_directories(final_path.parent_path(), failure);
  if (failure) {
    return errno_error(failure.value(), cat("cannot create ", final_path.parent_path().string()));
  }
  PartialFile file;
  file.final_path_ = final_path;
  file.path_ = partial_path(final_path);
  // Between open and flock another program may finish and rename the file; then look again.
  do {
    if (file.fd_ >= 0) ::close(file.fd_);
    file.fd_ = ::open(file.path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file.fd_ < 0) return errno_error(errno, cat("cannot create ", file.path_.string()));
    if (::flock(file.fd_, LOCK_EX | LOCK_NB) != 0) {
      return error(ErrorCode::Unavailable, "another program is downloading ", final_path.string(),
                   "; wait for it, or end it");
    }
  } while (!is_same_file(file.fd_, file.path_));
  file.read_origin();
  return file;
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : final_path_(std::move(other.final_path_)),
      path_(std::move(other.path_)),
      origin_(std::move(other.origin_)),
      num_bytes_(other.num_bytes_),
      fd_(std::exchange(other.fd_, -1)) {}

PartialFile::~PartialFile() {
  if (fd_ < 0) return;
  if (num_bytes_ == 0 && is_same_file(fd_, path_)) remove_partial(final_path_);
  ::close(fd_);
}

fs::path PartialFile::sidecar_path() const { return path_.string() + ".json"; }

void PartialFile::read_origin() {
  const off_t end = ::lseek(fd_, 0, SEEK_END);
  const auto text = read_file(sidecar_path(), kMaxSidecarBytes);
  const auto json = text ? parse_json(*text) : Result<Json>(Json());
  if (end < 0 || !json || !json->is_object()) return;  // bytes of unknown origin are worthless
  origin_ = {.url = string_member(*json, "url").value_or(""),
             .validator = string_member(*json, "validator").value_or(""),
             .sha256 = string_member(*json, "sha256").value_or(""),
             .num_bytes = static_cast<std::uint64_t>(int_member(*json, "num_bytes").value_or(0))};
  num_bytes_ = static_cast<std::uint64_t>(end);
}

Status PartialFile::restart(PartialOrigin origin) {
  if (::ftruncate(fd_, 0) != 0 || ::lseek(fd_, 0, SEEK_SET) != 0) {
    return errno_error(errno, cat("cannot empty ", path_.string()));
  }
  num_bytes_ = 0;
  TRY_ASSIGN(AtomicFile sidecar, AtomicFile::create(sidecar_path()));
  TRY(sidecar.write(to_text({{"url", origin.url},
                             {"validator", origin.validator},
                             {"sha256", origin.sha256},
                             {"num_bytes", origin.num_bytes}})));
  TRY(sidecar.commit());
  origin_ = std::move(origin);
  return {};
}

Status PartialFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(num_bytes_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno_error(errno, cat("cannot write ", path_.string()));
    num_bytes_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Status PartialFile::check_room(std::uint64_t num_more_bytes) const {
  struct statvfs disk = {};
  if (::fstatvfs(fd_, &disk) != 0) return {};  // an odd file system; writing will tell
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= num_more_bytes && free - num_more_bytes >= kSpareBytes) return {};
  return error(ErrorCode::Exhausted, final_path_.string(), " needs ", human_bytes(num_more_bytes),
               " more and ", human_bytes(kSpareBytes), " to spare, but its disk has ",
               human_bytes(free), " free; make room, or set FALCONET_HOME to another disk");
}

Status PartialFile::commit() {
  if (::fsync(fd_) != 0) return errno_error(errno, cat("cannot flush ", path_.string()));
  if (::rename(path_.c_str(), final_path_.c_str()) != 0) {
    return errno_error(errno, cat("cannot rename to ", final_path_.string()));
  }
  ::unlink(sidecar_path().c_str());
  // The new name is durable once the folder is.
  const int folder = ::open(final_path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  ::close(std::exchange(fd_, -1));
  return {};
}

void PartialFile::discard() {
  num_bytes_ = 0;
  origin_ = {};
  if (::ftruncate(fd_, 0) != 0) return;  // the sidecar goes, so its bytes count for nothing
  ::unlink(sidecar_path().c_str());
}

void remove_partial(const fs::path& final_path) {
  const fs::path path = partial_path(final_path);
  ::unlink((path.string() + ".json").c_str());
  ::unlink(path.c_str());
}

}  // namespace falconet
