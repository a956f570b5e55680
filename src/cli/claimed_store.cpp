#include "cli/claimed_store.h"

#include "cli/data_folder.h"
#include "store/postgres_database.h"

namespace falconet {
namespace {

Result<std::unique_ptr<Store>> open_in_folder(const std::filesystem::path& folder,
                                              const Clock& clock, SchemaUpdate update) {
  TRY_ASSIGN(std::unique_ptr<Database> database, open_sqlite_database(database_in(folder)));
  auto store = Store::open(std::move(database), clock, update);
  if (!store) return std::move(store).error().within(database_in(folder).native());
  return store;
}

Result<PostgresUrl> url_of(const std::string& database) {
  auto url = parse_postgres_url(database);
  if (!url) return std::move(url).error().within("--database");
  return url;
}

Result<std::unique_ptr<Store>> open_postgres(const std::string& where, const Clock& clock,
                                             DatabaseClaim claim) {
  TRY_ASSIGN(const PostgresUrl url, url_of(where));
  TRY_ASSIGN(std::unique_ptr<Database> database, open_postgres_database(url, claim));
  auto store =
      Store::open(std::move(database), clock,
                  claim == DatabaseClaim::None ? SchemaUpdate::Refuse : SchemaUpdate::Apply);
  if (!store) return std::move(store).error().within(url.shown);
  return store;
}

std::string quoted_for_shell(std::string_view word) {
  return cat("'", replace_all(word, "'", "'\\''"), "'");
}

}  // namespace

Result<std::unique_ptr<ClaimedStore>> ClaimedStore::open(const StorePlace& place,
                                                         const Clock& clock) {
  std::unique_ptr<ClaimedStore> claimed(new ClaimedStore);
  if (!place.database.empty()) {
    TRY_ASSIGN(claimed->store_, open_postgres(place.database, clock, DatabaseClaim::Patiently));
    return claimed;
  }
  const std::filesystem::path folder = data_folder_or_own(place.folder);
  TRY(make_private_folder(folder));
  TRY_ASSIGN(FolderLock lock, FolderLock::acquire(folder));
  claimed->lock_.emplace(std::move(lock));
  TRY_ASSIGN(claimed->store_, open_in_folder(folder, clock, SchemaUpdate::Apply));
  return claimed;
}

Result<std::unique_ptr<ClaimedStore>> ClaimedStore::open_beside_server(const StorePlace& place,
                                                                       const Clock& clock) {
  std::unique_ptr<ClaimedStore> beside(new ClaimedStore);
  if (!place.database.empty()) {
    auto alone = open_postgres(place.database, clock, DatabaseClaim::AtOnce);
    if (!alone && alone.error().code == ErrorCode::AlreadyExists) {
      alone = open_postgres(place.database, clock, DatabaseClaim::None);
    }
    TRY_ASSIGN(beside->store_, std::move(alone));
    return beside;
  }
  auto alone = open(place, clock);
  if (alone || alone.error().code != ErrorCode::AlreadyExists) return alone;
  TRY_ASSIGN(beside->store_,
             open_in_folder(data_folder_or_own(place.folder), clock, SchemaUpdate::Refuse));
  return beside;
}

Status refuse_database(const StorePlace& place, DatabaseCopy wanted, const std::string& file) {
  if (place.database.empty()) return {};
  TRY_ASSIGN(const PostgresUrl url, url_of(place.database));
  const std::string database = quoted_for_shell(url.shown);
  const std::string name = quoted_for_shell(file);
  return error(ErrorCode::Unsupported, "PostgreSQL copies its databases itself: ",
               wanted == DatabaseCopy::Dump
                   ? cat("pg_dump --format=custom --file=", name, " --dbname=", database)
                   : cat("pg_restore --clean --if-exists --single-transaction --dbname=", database,
                         " ", name, " (while no Falconet uses it)"));
}

}  // namespace falconet
