// The database with its schema, clock and ids: what the repositories beside it work in.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "store/database.h"
#include "store/ids.h"

namespace falconet {

/// SQL's form of what the repositories hold.
inline SqlValue sql_value(std::string_view text) { return std::string(text); }
inline SqlValue sql_value(const char* text) { return std::string(text); }
inline SqlValue sql_value(const std::string& text) { return text; }
inline SqlValue sql_value(bool value) { return std::int64_t{value ? 1 : 0}; }
inline SqlValue sql_value(int value) { return std::int64_t{value}; }
inline SqlValue sql_value(std::int64_t value) { return value; }
inline SqlValue sql_value(double value) { return value; }
template <class Tag>
SqlValue sql_value(const RecordId<Tag>& id) {
  return id.value;
}
template <class T>
SqlValue sql_value(const std::optional<T>& value) {
  return value ? sql_value(*value) : SqlValue();
}

/// One transaction. Used by one thread.
class Transaction {
 public:
  /// `ids` and `clock` must outlive the transaction.
  Transaction(std::unique_ptr<DatabaseTransaction> open, SqlDialect dialect, IdSource& ids,
              const Clock& clock)
      : open_(std::move(open)), dialect_(dialect), ids_(ids), now_(unix_milliseconds(clock)) {}

  /// execute("… WHERE id = ? AND user_id = ?", id, user)
  template <class... Parameters>
  Result<SqlRows> execute(std::string_view sql, const Parameters&... parameters) {
    const std::vector<SqlValue> values = {sql_value(parameters)...};
    return open_->execute(sql, values);
  }

  /// For statements that are put together at run time.
  Result<SqlRows> execute_with(std::string_view sql, const std::vector<SqlValue>& parameters) {
    return open_->execute(sql, parameters);
  }

  Status commit() { return open_->commit(); }

  SqlDialect dialect() const { return dialect_; }

  /// Milliseconds since 1970, the same throughout the transaction.
  std::int64_t now() const { return now_; }

  std::string new_id() { return ids_.next(); }

 private:
  std::unique_ptr<DatabaseTransaction> open_;
  SqlDialect dialect_;
  IdSource& ids_;
  std::int64_t now_;
};

/// What is done with a database of an earlier schema.
enum class SchemaUpdate {
  Apply,   // it is brought up to date
  Refuse,  // it is in use by another process, under whose feet it must not change
};

/// Safe to use from any thread.
class Store {
 public:
  /// The clock must outlive the store. Errors: as Database::begin, migrate() and check_migrated().
  static Result<std::unique_ptr<Store>> open(std::unique_ptr<Database> database, const Clock& clock,
                                             SchemaUpdate update = SchemaUpdate::Apply);

  /// What `work(transaction)` returns, a Result; its changes are kept only if it succeeds.
  template <class Work>
  std::invoke_result_t<Work, Transaction&> write(Work work) {
    TRY_ASSIGN(Transaction transaction, begin(TransactionMode::Write));
    auto result = work(transaction);
    if (result) TRY(transaction.commit());
    return result;
  }

  template <class Work>
  std::invoke_result_t<Work, Transaction&> read(Work work) {
    TRY_ASSIGN(Transaction transaction, begin(TransactionMode::Read));
    return work(transaction);
  }

 private:
  Store(std::unique_ptr<Database> database, const Clock& clock)
      : database_(std::move(database)), clock_(clock), ids_(clock) {}

  Result<Transaction> begin(TransactionMode mode);

  std::unique_ptr<Database> database_;
  const Clock& clock_;
  IdSource ids_;
};

}  // namespace falconet
