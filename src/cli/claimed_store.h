// What people say, where --data or --database keeps it: one server each.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/folder_lock.h"
#include "store/store.h"

namespace falconet {

/// As typed.
struct StorePlace {
  std::string folder = {};    // --data; empty: the user's own
  std::string database = {};  // --database, a PostgreSQL URL; empty: SQLite in the folder
};

/// A store, and the claim that keeps other servers out of it as long as this one lives.
class ClaimedStore {
 public:
  /// A folder is made if need be, for its owner alone, with falconet.db in it; a PostgreSQL
  /// database must be there. The clock must outlive it. Errors: AlreadyExists (another Falconet
  /// serves it), InvalidArgument (no URL), PermissionDenied, Unavailable, Io, those of Store::open.
  static Result<std::unique_ptr<ClaimedStore>> open(const StorePlace& place, const Clock& clock);

  /// Without the claim where a server has it: the database takes turns. Errors: Unavailable (the
  /// server is of another version), and those of open() but AlreadyExists.
  static Result<std::unique_ptr<ClaimedStore>> open_beside_server(const StorePlace& place,
                                                                  const Clock& clock);

  Store& store() { return *store_; }

 private:
  ClaimedStore() = default;

  std::optional<FolderLock> lock_;  // of a folder; a database's claim is its connection's
  std::unique_ptr<Store> store_;
};

/// What PostgreSQL's own programs do with a file.
enum class DatabaseCopy { Dump, Restore };

/// For commands that copy a database as a file, which SQLite's is. Errors: Unsupported (--database
/// was given: says what to type instead, without a password), InvalidArgument (no URL).
Status refuse_database(const StorePlace& place, DatabaseCopy wanted, const std::string& file);

}  // namespace falconet
