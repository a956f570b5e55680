// A relational database as the store needs it: statements with bound parameters, in transactions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace falconet {

/// NULL, an integer, a number or a text. There is no bool: columns hold 0 and 1.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// One row of an answer. Asking for a column that is not there is a bug.
class SqlRow {
 public:
  explicit SqlRow(std::vector<SqlValue> values) : values_(std::move(values)) {}

  std::size_t size() const { return values_.size(); }
  const SqlValue& operator[](std::size_t column) const;

  /// NULL and values of another type read as 0, false, 0.0, "" or nothing: a database that somebody
  /// else has changed must not end the process.
  std::int64_t integer(std::size_t column) const;
  bool boolean(std::size_t column) const { return integer(column) != 0; }
  double number(std::size_t column) const;
  std::string text(std::size_t column) const;
  std::optional<std::int64_t> optional_integer(std::size_t column) const;
  std::optional<std::string> optional_text(std::size_t column) const;

 private:
  std::vector<SqlValue> values_;
};

using SqlRows = std::vector<SqlRow>;

enum class TransactionMode {
  Read,   // one unchanging view of everything; changes fail
  Write,  // one at a time
};

/// What SQL cannot say in one way for all: asked by the schema and the search alone.
enum class SqlDialect { Sqlite, Postgres };

/// Used by one thread. Dropping it before commit() undoes everything.
class DatabaseTransaction {
 public:
  virtual ~DatabaseTransaction() = default;

  /// One statement with a `?` for each parameter; all rows of its answer.
  /// Errors: AlreadyExists (a unique key), InvalidArgument (any other constraint), Exhausted (disk
  /// full), Unavailable (locked, connection lost), Corrupt, Io.
  virtual Result<SqlRows> execute(std::string_view sql, std::span<const SqlValue> parameters) = 0;

  /// Once it succeeds, no crash can undo the changes. Errors: as execute.
  virtual Status commit() = 0;
};

/// Safe to use from any thread; must outlive its transactions.
class Database {
 public:
  virtual ~Database() = default;

  virtual SqlDialect dialect() const = 0;

  /// A thread that holds a transaction must not begin another one that writes.
  /// Errors: Unavailable, Corrupt, Io.
  virtual Result<std::unique_ptr<DatabaseTransaction>> begin(TransactionMode mode) = 0;
};

/// Opens or creates a file, readable for its owner only. Write-ahead logging, foreign keys on,
/// every commit flushed to the disk. Errors: PermissionDenied, Corrupt (no SQLite database), Io.
Result<std::unique_ptr<Database>> open_sqlite_database(const std::filesystem::path& path);

/// Copies a whole SQLite database in one step on either side: others may go on reading and writing
/// `from`; `to`, which is made if it is not there, holds its old content or the new one, whatever
/// happens meanwhile. Errors: NotFound (`from`), Corrupt, Unavailable (locked), Exhausted (disk),
/// PermissionDenied, Io.
Status copy_sqlite_database(const std::filesystem::path& from, const std::filesystem::path& to);

/// Makes a database that nobody has open one plain file, without a log beside it, flushes it and
/// reads all of it. Errors: Corrupt (says what is damaged), and those of copying.
Status seal_sqlite_database(const std::filesystem::path& path);

}  // namespace falconet
