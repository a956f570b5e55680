// Where `falconet serve` keeps what people say: one folder, one server.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "cli/folder_lock.h"
#include "store/store.h"

namespace falconet {

/// As --data says; empty: the user's own.
std::filesystem::path data_folder_or_own(const std::filesystem::path& wanted);

/// Its parents have the usual rights, itself has its owner's alone. Errors: PermissionDenied, Io.
Status make_private_folder(const std::filesystem::path& path);

/// The database in a data folder.
std::filesystem::path database_in(const std::filesystem::path& folder);

/// The store in a folder, and the lock that keeps other servers out as long as this one lives.
class DataFolder {
 public:
  /// The folder is made if need be, for its owner alone; the database is falconet.db in it. The
  /// clock must outlive it. Errors: AlreadyExists (another Falconet uses the folder),
  /// PermissionDenied, Io, those of Store::open.
  static Result<std::unique_ptr<DataFolder>> open(const std::filesystem::path& path,
                                                  const Clock& clock);

  /// Without the lock where a server holds it: the database takes turns. Errors:
  /// Unavailable (the server is of another version), and those of open() but AlreadyExists.
  static Result<std::unique_ptr<DataFolder>> open_beside_server(const std::filesystem::path& path,
                                                                const Clock& clock);

  Store& store() { return *store_; }

 private:
  DataFolder() = default;
  Status open_store(const std::filesystem::path& path, const Clock& clock, SchemaUpdate update);

  std::optional<FolderLock> lock_;
  std::unique_ptr<Store> store_;
};

}  // namespace falconet
