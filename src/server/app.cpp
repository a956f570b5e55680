#include "server/app.h"

#include "base/log.h"
#include "store/conversations.h"
#include "store/users.h"

namespace falconet {

Result<std::unique_ptr<App>> App::open(Store& store, const Clock& clock) {
  std::int64_t num_interrupted = 0;
  TRY_ASSIGN(User local_user, store.write([&](Transaction& transaction) -> Result<User> {
    TRY_ASSIGN(num_interrupted, interrupt_unfinished_generations(transaction));
    TRY(delete_expired_conversations(transaction));
    return ensure_user(transaction, "local", "owner");
  }));
  if (num_interrupted > 0) {
    log_info(num_interrupted,
             " answers were cut off when the last server ended; what was saved of "
             "them is kept");
  }
  return std::unique_ptr<App>(new App(store, clock, std::move(local_user)));
}

Result<User> App::user_of(const HttpRequest&) const { return local_user_; }

}  // namespace falconet
