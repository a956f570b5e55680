// How the schema came to be, step by step; a database of any earlier step is brought up to date.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/store.h"

namespace falconet {

/// A released migration never changes: what it did to people's databases cannot be called back.
struct Migration {
  int version = 0;  // 1, 2, 3, …
  std::string_view name = {};
  std::string_view sql = {};       // statements, each ended by ';' at the end of a line
  std::string_view sqlite = {};    // what follows for this database only…
  std::string_view postgres = {};  // …and for this one
};

std::span<const Migration> released_migrations();

/// Applies what is missing, in the transaction.
/// Errors: Unsupported (the database is from a newer Falconet), Corrupt (a step was applied with
/// another text than ours), those of execute().
Status migrate(Transaction& transaction, std::span<const Migration> migrations);

/// Errors: Unavailable (something is missing, or from a newer Falconet), those of execute().
Status check_migrated(Transaction& transaction, std::span<const Migration> migrations);

/// 16 hexadecimal digits of the migration's text for a dialect (FNV-1a).
std::string migration_checksum(const Migration& migration, SqlDialect dialect);

}  // namespace falconet
