#include "store/migrations.h"

#include <map>

#include "base/log.h"

namespace falconet {
namespace {

// The table of steps comes before all steps. Portable: no database-specific types.
constexpr const char* kStepsTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, "
    "applied BIGINT NOT NULL)";

std::string_view own_part(const Migration& migration, SqlDialect dialect) {
  return dialect == SqlDialect::Sqlite ? migration.sqlite : migration.postgres;
}

/// Texts are ordered by their bytes, as SQLite orders them, whatever language the database was made
/// for: ids rise with time only so. In migrations TEXT is nothing but a type.
std::string script_for(SqlDialect dialect, std::string_view script) {
  if (dialect == SqlDialect::Sqlite) return std::string(script);
  return replace_all(script, " TEXT", " TEXT COLLATE \"C\"");
}

/// Statements of triggers hold semicolons too, but never at the end of a line.
Status execute_script(Transaction& transaction, std::string_view script) {
  while (!trim(script).empty()) {
    const std::size_t end = script.find(";\n");
    const std::string_view statement = script.substr(0, end);
    if (!trim(statement).empty()) TRY(transaction.execute(trim(statement)));
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 2);
  }
  return {};
}

Status apply(Transaction& transaction, const Migration& migration) {
  const std::string step = cat("schema step ", migration.version, " (", migration.name, ")");
  for (const std::string_view script :
       {migration.sql, own_part(migration, transaction.dialect())}) {
    const std::string statements = script_for(transaction.dialect(), script);
    if (Status status = execute_script(transaction, statements); !status) {
      return std::move(status).error().within(step);
    }
  }
  TRY(
      transaction.execute("INSERT INTO schema_migrations (version, name, checksum, applied) "
                          "VALUES (?, ?, ?, ?)",
                          migration.version, migration.name,
                          migration_checksum(migration, transaction.dialect()), transaction.now()));
  log_debug(step, " applied");
  return {};
}

}  // namespace

std::string migration_checksum(const Migration& migration, SqlDialect dialect) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const std::string_view part : {migration.sql, own_part(migration, dialect)}) {
    for (const char c : part) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
  }
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 0xF];
  return digits;
}

Status migrate(Transaction& transaction, std::span<const Migration> migrations) {
  TRY(transaction.execute(kStepsTable));
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT version, checksum FROM schema_migrations"));
  std::map<std::int64_t, std::string> applied;
  for (const SqlRow& row : rows) applied[row.integer(0)] = row.text(1);
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  if (!applied.empty() && applied.rbegin()->first > newest) {
    return error(ErrorCode::Unsupported, "the database has schema version ",
                 applied.rbegin()->first, " and this Falconet knows ", newest,
                 ": it was written by a newer Falconet; use that one, or another folder (--data) "
                 "or database (--database)");
  }
  for (const Migration& migration : migrations) {
    const auto found = applied.find(migration.version);
    if (found == applied.end()) {
      TRY(apply(transaction, migration));
    } else if (found->second != migration_checksum(migration, transaction.dialect())) {
      return error(ErrorCode::Corrupt, "the database's schema step ", migration.version, " (",
                   migration.name, ") is not the one that this Falconet knows");
    }
  }
  return {};
}

Status check_migrated(Transaction& transaction, std::span<const Migration> migrations) {
  TRY_ASSIGN(const SqlRows rows,
             transaction.execute("SELECT coalesce(max(version), 0) FROM schema_migrations"));
  const std::int64_t found = rows.front().integer(0);
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  if (found == newest) return {};
  return error(ErrorCode::Unavailable,
               "the Falconet that uses the database is of another version "
               "(schema ",
               found, ", this one knows ", newest, "): end it first");
}

}  // namespace falconet
