#include "store/backup.h"

#include "base/file.h"
#include "store/store.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

/// A database under work, with whatever SQLite puts beside it; gone at the end.
class ScratchDatabase {
 public:
  explicit ScratchDatabase(fs::path path) : path_(std::move(path)) { remove(); }
  ~ScratchDatabase() { remove(); }
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      fs::remove(fs::path(path_.native() + suffix), ignored);
    }
  }

  fs::path path_;
};

Result<std::int64_t> count(Transaction& transaction, std::string_view table) {
  TRY_ASSIGN(const SqlRows rows, transaction.execute(cat("SELECT count(*) FROM ", table)));
  return rows.empty() ? 0 : rows[0].integer(0);
}

/// Brings the schema up to date, which an empty database would get as well: that is no backup.
Result<StoreContents> contents_of(const fs::path& path, const Clock& clock) {
  TRY_ASSIGN(std::unique_ptr<Database> database, open_sqlite_database(path));
  {
    TRY_ASSIGN(const auto reader, database->begin(TransactionMode::Read));
    if (!reader->execute("SELECT version FROM schema_migrations", {})) {
      return error(ErrorCode::Corrupt, "this is no database of Falconet's");
    }
  }
  TRY_ASSIGN(const std::unique_ptr<Store> store, Store::open(std::move(database), clock));
  return store->read([](Transaction& transaction) -> Result<StoreContents> {
    StoreContents contents;
    TRY_ASSIGN(contents.num_users, count(transaction, "users"));
    TRY_ASSIGN(contents.num_conversations, count(transaction, "conversations"));
    TRY_ASSIGN(contents.num_messages, count(transaction, "messages"));
    return contents;
  });
}

}  // namespace

Result<StoreContents> back_up_database(const fs::path& database, const fs::path& copy,
                                       const Clock& clock) {
  std::error_code failure;
  if (fs::exists(copy, failure)) {
    return error(ErrorCode::AlreadyExists, copy.native(), " exists; choose another name");
  }
  const ScratchDatabase scratch(fs::path(copy.native() + ".partial"));
  TRY(copy_sqlite_database(database, scratch.path()));
  auto contents = contents_of(scratch.path(), clock);
  if (!contents) return std::move(contents).error().within(database.native());
  TRY(seal_sqlite_database(scratch.path()));
  fs::rename(scratch.path(), copy, failure);
  if (failure) return errno_error(failure.value(), cat("cannot name the copy ", copy.native()));
  return contents;
}

Result<StoreContents> restore_database(const fs::path& copy, const fs::path& database,
                                       const Clock& clock) {
  const ScratchDatabase scratch(fs::path(database.native() + ".restoring"));
  TRY(copy_sqlite_database(copy, scratch.path()));
  auto contents = contents_of(scratch.path(), clock);
  if (!contents) return std::move(contents).error().within(copy.native());
  TRY(seal_sqlite_database(scratch.path()));
  TRY(copy_sqlite_database(scratch.path(), database));
  return contents;
}

}  // namespace falconet
