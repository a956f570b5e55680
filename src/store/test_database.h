// A database for one test: a file, or a schema of its own in the PostgreSQL that
// FALCONET_TEST_POSTGRES names (scripts/with_postgres.sh starts one).
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "formats/temporary_folder.h"
#include "store/postgres_database.h"
#include "store/store.h"

namespace falconet {

/// Empty: there is none.
inline std::string tested_postgres() {
  const char* url = std::getenv("FALCONET_TEST_POSTGRES");
  return url == nullptr ? "" : url;
}

class TestDatabase {
 public:
  explicit TestDatabase(SqlDialect dialect = SqlDialect::Sqlite) {
    if (dialect == SqlDialect::Sqlite) return;
    static int num_made = 0;
    schema_ = cat("test_", ::getpid(), "_", ++num_made);
    administer("CREATE SCHEMA ");
  }
  ~TestDatabase() {
    if (!schema_.empty()) administer("DROP SCHEMA ", " CASCADE");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  Result<std::unique_ptr<Database>> open(DatabaseClaim claim = DatabaseClaim::None) const {
    if (schema_.empty()) return open_sqlite_database(path());
    return open_postgres_database(parse_postgres_url(url()).value(), claim);
  }

  /// Of the file, if it is one…
  std::filesystem::path path() const { return folder_.path() / "test.db"; }
  /// …and of the database, if it is one.
  std::string url() const {
    const std::string url = tested_postgres();
    return cat(url, url.find('?') == std::string::npos ? "?" : "&", "options=-csearch_path%3D",
               schema_);
  }

 private:
  void administer(const char* before, const char* after = "") const {
    const auto url = parse_postgres_url(tested_postgres()).value();
    const auto database = open_postgres_database(url, DatabaseClaim::None);
    ASSERT_TRUE(database) << database.error().message;
    const auto transaction = (*database)->begin(TransactionMode::Write).value();
    const auto done = transaction->execute(cat(before, schema_, after), {});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(transaction->commit());
  }

  TemporaryFolder folder_;
  std::string schema_;  // empty: a file
};

/// For INSTANTIATE_TEST_SUITE_P: what every test of the store runs on.
inline auto tested_databases() {
  std::vector<SqlDialect> dialects = {SqlDialect::Sqlite};
  if (!tested_postgres().empty()) dialects.push_back(SqlDialect::Postgres);
  return testing::ValuesIn(dialects);
}

/// For tests of rooms above the store, which run on one: PostgreSQL where it is there.
inline SqlDialect preferred_database() {
  return tested_postgres().empty() ? SqlDialect::Sqlite : SqlDialect::Postgres;
}

/// The names of all tables, in order.
inline Result<SqlRows> tables_in(Transaction& transaction) {
  return transaction.execute(
      transaction.dialect() == SqlDialect::Sqlite
          ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
          : "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = current_schema() ORDER BY table_name");
}

inline std::string database_name(const testing::TestParamInfo<SqlDialect>& info) {
  return info.param == SqlDialect::Sqlite ? "Sqlite" : "Postgres";
}

}  // namespace falconet
