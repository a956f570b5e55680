#include "store/store.h"

#include "store/migrations.h"

namespace falconet {

Result<std::unique_ptr<Store>> Store::open(std::unique_ptr<Database> database, const Clock& clock,
                                           SchemaUpdate update) {
  std::unique_ptr<Store> store(new Store(std::move(database), clock));
  if (update == SchemaUpdate::Apply) {
    TRY(store->write(
        [](Transaction& transaction) { return migrate(transaction, released_migrations()); }));
  } else {
    TRY(store->read([](Transaction& transaction) {
      return check_migrated(transaction, released_migrations());
    }));
  }
  return store;
}

Result<Transaction> Store::begin(TransactionMode mode) {
  TRY_ASSIGN(std::unique_ptr<DatabaseTransaction> open, database_->begin(mode));
  return Transaction(std::move(open), database_->dialect(), ids_, clock_);
}

}  // namespace falconet
