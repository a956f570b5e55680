#include "cli/data_folder.h"

#include <sys/stat.h>

#include "base/file.h"
#include "hub/settings.h"

namespace falconet {

std::filesystem::path data_folder_or_own(const std::filesystem::path& wanted) {
  return wanted.empty() ? user_data_folder() : wanted;
}

std::filesystem::path database_in(const std::filesystem::path& folder) {
  return folder / "falconet.db";
}

Status make_private_folder(const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) return {};
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failure);
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return errno_error(errno, cat("cannot create the data folder ", path.native()));
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(const std::filesystem::path& path,
                                                     const Clock& clock) {
  TRY(make_private_folder(path));
  TRY_ASSIGN(FolderLock lock, FolderLock::acquire(path));
  std::unique_ptr<DataFolder> folder(new DataFolder);
  folder->lock_.emplace(std::move(lock));
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
  TRY_ASSIGN(std::unique_ptr<Database> database, open_sqlite_database(database_in(path)));
  auto store = Store::open(std::move(database), clock, update);
  if (!store) return std::move(store).error().within(database_in(path).native());
  store_ = *std::move(store);
  return {};
}

}  // namespace falconet
