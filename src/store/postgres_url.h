// Where a PostgreSQL database is, and what of that may be shown.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

struct PostgresUrl {
  std::string whole = {};  // with the password, if there is one: for libpq alone
  std::string shown = {};  // without: for logs, errors and command lines
};

/// postgresql://[user[:password]@][host[:port][,…]][/database][?name=value&…], as libpq reads it.
/// Errors: InvalidArgument, which quotes nothing of the text: it may hold a password that was not
/// written as an URL has to.
Result<PostgresUrl> parse_postgres_url(std::string_view text);

}  // namespace falconet
