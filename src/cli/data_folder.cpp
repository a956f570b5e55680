#include "cli/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

namespace falconet {
namespace {

/// Its parents have the usual rights, itself has its owner's alone.
Status make_private_folder(const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) return {};
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return errno_error(errno, cat("cannot create the data folder ", path.native()));
}

/// Two servers over one database would each take the other's running answers for dead.
Result<int> lock_folder(const std::filesystem::path& path) {
  const std::filesystem::path lock = path / "falconet.lock";
  const int fd = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return errno_error(errno, cat("cannot open ", lock.native()));
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const int code = errno;
  ::close(fd);
  if (code != EWOULDBLOCK) return errno_error(code, cat("cannot lock ", lock.native()));
  return error(ErrorCode::AlreadyExists, "another Falconet uses the data folder ", path.native(),
               "; end it, or choose another with --data");
}

}  // namespace

Result<std::unique_ptr<DataFolder>> DataFolder::open(const std::filesystem::path& path,
                                                     const Clock& clock) {
  TRY(make_private_folder(path));
  std::unique_ptr<DataFolder> folder(new DataFolder);
  TRY_ASSIGN(folder->lock_fd_, lock_folder(path));
  TRY(folder->open_store(path, clock, SchemaUpdate::Apply));
  return folder;
}

Result<std::unique_ptr<DataFolder>> DataFolder::open_beside_server(
    const std::filesystem::path& path, const Clock& clock) {
  auto alone = open(path, clock);
  if (alone || alone.error().code != ErrorCode::AlreadyExists) return alone;
  std::unique_ptr<DataFolder> folder(new DataFolder);
  TRY(folder->open_store(path, clock, SchemaUpdate::Refuse));
  return folder;
}

Status DataFolder::open_store(const std::filesystem::path& path, const Clock& clock,
                              SchemaUpdate update) {
  TRY_ASSIGN(std::unique_ptr<Database> database, open_sqlite_database(path / "falconet.db"));
  auto store = Store::open(std::move(database), clock, update);
  if (!store) return std::move(store).error().within((path / "falconet.db").native());
  store_ = *std::move(store);
  return {};
}

DataFolder::~DataFolder() {
  store_.reset();
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

}  // namespace falconet
