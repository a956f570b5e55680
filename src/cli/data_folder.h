// Where `falconet serve` keeps what people say: one folder, one process.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"

namespace falconet {

/// The store in a folder, and the lock that keeps other processes out as long as this one lives.
class DataFolder {
 public:
  /// The folder is made if need be, for its owner alone; the database is falconet.db in it. The
  /// clock must outlive it. Errors: AlreadyExists (another Falconet uses the folder),
  /// PermissionDenied, Io, those of Store::open.
  static Result<std::unique_ptr<DataFolder>> open(const std::filesystem::path& path,
                                                  const Clock& clock);

  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  Store& store() { return *store_; }

 private:
  DataFolder() = default;

  int lock_fd_ = -1;
  std::unique_ptr<Store> store_;
};

}  // namespace falconet
