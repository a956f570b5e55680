// The only file that knows SQLite.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <mutex>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "store/database.h"

namespace falconet {
namespace {

// Another process (a backup, sqlite3 in a terminal) may hold the file for a moment.
constexpr int kBusyMilliseconds = 5000;

// Connections for reading that wait for their next use; as many as the server has workers and
// threads of its own. More are opened when needed and closed afterwards.
constexpr std::size_t kMaxIdleReaders = 4;

ErrorCode error_code_of(int result) {
  if (result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return ErrorCode::AlreadyExists;
  }
  switch (result & 0xFF) {
    case SQLITE_CONSTRAINT: return ErrorCode::InvalidArgument;
    case SQLITE_FULL: return ErrorCode::Exhausted;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::Unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::Corrupt;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH: return ErrorCode::PermissionDenied;
    case SQLITE_TOOBIG: return ErrorCode::TooLarge;
    default: return ErrorCode::Io;
  }
}

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

struct ConnectionDeleter {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

class Connection {
 public:
  /// As everything but copying needs it: write-ahead log, foreign keys, every commit flushed.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path);
  static Result<std::unique_ptr<Connection>> open_as_it_is(const std::filesystem::path& path,
                                                           int flags);

  Result<SqlRows> execute(std::string_view sql, std::span<const SqlValue> parameters);
  Status execute(std::string_view sql) {
    TRY(execute(sql, {}));
    return {};
  }
  /// Overwrites this database with another's content, in one transaction.
  Status take_over(Connection& other);
  bool is_in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

 private:
  Error failure(std::string_view during) const {
    return error(error_code_of(sqlite3_extended_errcode(handle_.get())),
                 "database: ", sqlite3_errmsg(handle_.get()), " (", during.substr(0, 60), ")");
  }
  Status bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters);

  std::unique_ptr<sqlite3, ConnectionDeleter> handle_;
};

Result<std::unique_ptr<Connection>> Connection::open_as_it_is(const std::filesystem::path& path,
                                                              int flags) {
  auto connection = std::make_unique<Connection>();
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection->handle_.reset(handle);
  if (result != SQLITE_OK) {
    return error(ErrorCode::Io, path.native(), ": ",
                 handle == nullptr ? "out of memory" : sqlite3_errmsg(handle));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  return connection;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path) {
  TRY_ASSIGN(std::unique_ptr<Connection> connection,
             open_as_it_is(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}) {
    if (Status status = connection->execute(pragma); !status) {
      return std::move(status).error().within(path.native());
    }
  }
  return connection;
}

Status Connection::bind(sqlite3_stmt* statement, std::span<const SqlValue> parameters) {
  const int num_places = sqlite3_bind_parameter_count(statement);
  CHECK(num_places == static_cast<int>(parameters.size()), num_places, " places, ",
        parameters.size(), " parameters: ", sqlite3_sql(statement));
  for (int i = 0; i < num_places; ++i) {
    const SqlValue& value = parameters[static_cast<std::size_t>(i)];
    int result = SQLITE_OK;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      result = sqlite3_bind_int64(statement, i + 1, *integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      result = sqlite3_bind_double(statement, i + 1, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      // The parameters outlive the statement.
      result = sqlite3_bind_text64(statement, i + 1, text->data(), text->size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    }
    if (result != SQLITE_OK) return failure("binding");
  }
  return {};
}

SqlValue column_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_NULL: return std::monostate();
    default: break;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  const auto num_bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  return text == nullptr ? std::string() : std::string(text, num_bytes);
}

Result<SqlRows> Connection::execute(std::string_view sql, std::span<const SqlValue> parameters) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int prepared =
      sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
  const Statement statement(raw);
  if (prepared != SQLITE_OK) return failure(sql);
  CHECK(statement != nullptr, "no statement: ", sql);
  TRY(bind(statement.get(), parameters));
  SqlRows rows;
  int step = sqlite3_step(statement.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(statement.get())) {
    std::vector<SqlValue> values;
    const int num_columns = sqlite3_column_count(statement.get());
    values.reserve(static_cast<std::size_t>(num_columns));
    for (int i = 0; i < num_columns; ++i) values.push_back(column_value(statement.get(), i));
    rows.emplace_back(std::move(values));
  }
  if (step != SQLITE_DONE) return failure(sql);
  return rows;
}

Status Connection::take_over(Connection& other) {
  sqlite3_backup* copying = sqlite3_backup_init(handle_.get(), "main", other.handle_.get(), "main");
  if (copying == nullptr) return failure("copying");
  // All pages at once: what others write meanwhile is not seen, and does not begin it anew.
  int step = sqlite3_backup_step(copying, -1);
  for (int waited = 0; step == SQLITE_BUSY && waited < kBusyMilliseconds; waited += 50) {
    sqlite3_sleep(50);
    step = sqlite3_backup_step(copying, -1);
  }
  sqlite3_backup_finish(copying);
  if (step == SQLITE_DONE) return {};
  return error(error_code_of(step), "database: ", sqlite3_errstr(step), " (copying)");
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::filesystem::path path, std::unique_ptr<Connection> writer)
      : path_(std::move(path)), writer_(std::move(writer)) {}

  SqlDialect dialect() const override { return SqlDialect::Sqlite; }
  Result<std::unique_ptr<DatabaseTransaction>> begin(TransactionMode mode) override;

 private:
  class WriteTransaction;
  class ReadTransaction;

  Result<std::unique_ptr<Connection>> take_reader();
  void give_back(std::unique_ptr<Connection> reader);

  std::filesystem::path path_;
  std::mutex writer_mutex_;  // held as long as a transaction writes
  std::unique_ptr<Connection> writer_;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_readers_;
};

/// Rolls back what is open. SQLite has done it itself after some errors.
void roll_back(Connection& connection) {
  if (!connection.is_in_transaction()) return;
  if (Status status = connection.execute("ROLLBACK"); !status) {
    log_error("rolling back failed: ", status.error().message);
  }
}

class SqliteDatabase::WriteTransaction final : public DatabaseTransaction {
 public:
  explicit WriteTransaction(SqliteDatabase& database)
      : lock_(database.writer_mutex_), connection_(*database.writer_) {}
  ~WriteTransaction() override { roll_back(connection_); }

  Status begin() { return connection_.execute("BEGIN IMMEDIATE"); }

  Result<SqlRows> execute(std::string_view sql, std::span<const SqlValue> parameters) override {
    return connection_.execute(sql, parameters);
  }
  Status commit() override { return connection_.execute("COMMIT"); }

 private:
  std::unique_lock<std::mutex> lock_;
  Connection& connection_;
};

class SqliteDatabase::ReadTransaction final : public DatabaseTransaction {
 public:
  ReadTransaction(SqliteDatabase& database, std::unique_ptr<Connection> connection)
      : database_(database), connection_(std::move(connection)) {}
  ~ReadTransaction() override {
    roll_back(*connection_);
    if (!connection_->is_in_transaction()) database_.give_back(std::move(connection_));
  }

  Status begin() { return connection_->execute("BEGIN"); }

  Result<SqlRows> execute(std::string_view sql, std::span<const SqlValue> parameters) override {
    return connection_->execute(sql, parameters);
  }
  Status commit() override { return connection_->execute("COMMIT"); }

 private:
  SqliteDatabase& database_;
  std::unique_ptr<Connection> connection_;
};

Result<std::unique_ptr<DatabaseTransaction>> SqliteDatabase::begin(TransactionMode mode) {
  if (mode == TransactionMode::Write) {
    auto transaction = std::make_unique<WriteTransaction>(*this);
    TRY(transaction->begin());
    return std::unique_ptr<DatabaseTransaction>(std::move(transaction));
  }
  TRY_ASSIGN(std::unique_ptr<Connection> reader, take_reader());
  auto transaction = std::make_unique<ReadTransaction>(*this, std::move(reader));
  TRY(transaction->begin());
  return std::unique_ptr<DatabaseTransaction>(std::move(transaction));
}

Result<std::unique_ptr<Connection>> SqliteDatabase::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  TRY_ASSIGN(std::unique_ptr<Connection> reader, Connection::open(path_));
  TRY(reader->execute("PRAGMA query_only = ON"));
  return reader;
}

void SqliteDatabase::give_back(std::unique_ptr<Connection> reader) {
  const std::lock_guard lock(readers_mutex_);
  if (idle_readers_.size() < kMaxIdleReaders) idle_readers_.push_back(std::move(reader));
}

/// SQLite gives its log and index files the rights of the database file. A file that is there is
/// not opened: closing it would take away the locks that this process holds on it.
Status create_private_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno != EEXIST) return errno_error(errno, cat("cannot create ", path.native()));
  if (fd >= 0) ::close(fd);
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite_database(const std::filesystem::path& path) {
  TRY(create_private_file(path));
  TRY_ASSIGN(std::unique_ptr<Connection> writer, Connection::open(path));
  return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(path, std::move(writer)));
}

Status copy_sqlite_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(from, failure)) {
    return error(ErrorCode::NotFound, "there is no database ", from.native());
  }
  TRY(create_private_file(to));
  TRY_ASSIGN(const auto source, Connection::open_as_it_is(from, SQLITE_OPEN_READONLY));
  TRY_ASSIGN(const auto target, Connection::open_as_it_is(to, SQLITE_OPEN_READWRITE));
  if (Status status = target->take_over(*source); !status) {
    return std::move(status).error().within(cat(from.native(), " to ", to.native()));
  }
  return {};
}

Status seal_sqlite_database(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto connection, Connection::open_as_it_is(path, SQLITE_OPEN_READWRITE));
  // Leaving the log behind flushes the file.
  TRY(connection->execute("PRAGMA journal_mode = DELETE"));
  TRY_ASSIGN(const SqlRows findings, connection->execute("PRAGMA integrity_check(1)", {}));
  if (findings.size() == 1 && findings[0].text(0) == "ok") return {};
  return error(ErrorCode::Corrupt, path.native(),
               " is damaged: ", findings.empty() ? "it cannot be read" : findings[0].text(0));
}

}  // namespace falconet
