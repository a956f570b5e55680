// PostgreSQL as the database, for several machines or where one is administered anyway.
#pragma once

#include <memory>

#include "store/database.h"
#include "store/postgres_url.h"

namespace falconet {

/// One Falconet at a time serves a database: it takes up what its predecessor left unfinished.
enum class DatabaseClaim {
  None,       // another one may have it; writers take turns
  AtOnce,     // the claim, or AlreadyExists
  Patiently,  // the same after some seconds: PostgreSQL may not have noticed yet that a server died
};

/// Connects; the database must be there. Passwords may also come from ~/.pgpass or PGPASSWORD, as
/// libpq reads them. A connection that is lost fails the transactions that are open on it with
/// Unavailable, and the next ones open another. The claim ends with the database or the process,
/// however that ends; where it cannot be renewed with the connection, writing is Unavailable.
/// Errors: Unavailable (says why, without the password), AlreadyExists (claimed by another),
/// Unsupported (version or encoding).
Result<std::unique_ptr<Database>> open_postgres_database(const PostgresUrl& url,
                                                         DatabaseClaim claim);

}  // namespace falconet
