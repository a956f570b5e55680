// The whole database as one file that can be carried away, and back.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/clock.h"
#include "base/result.h"

namespace falconet {

/// What somebody who backs up or restores wants to see.
struct StoreContents {
  std::int64_t num_users = 0;
  std::int64_t num_conversations = 0;
  std::int64_t num_messages = 0;
};

/// Writes a copy of a database that a server may be using: everything that was acknowledged when it
/// begins. The copy has its name only once it is whole and was read through.
/// Errors: NotFound (no database), AlreadyExists (the copy), Corrupt, Exhausted, Io.
Result<StoreContents> back_up_database(const std::filesystem::path& database,
                                       const std::filesystem::path& copy, const Clock& clock);

/// Puts the copy in the place of the database, which no server may be using; an older schema is
/// brought up to date. The copy is tried first: whatever is wrong with it, the database stays as it
/// was. Errors: NotFound, Corrupt, Unsupported (written by a newer Falconet), Exhausted, Io.
Result<StoreContents> restore_database(const std::filesystem::path& copy,
                                       const std::filesystem::path& database, const Clock& clock);

}  // namespace falconet
