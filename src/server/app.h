// What stands behind the page's API: the store, the answers that are being written, and who asks.
#pragma once

#include <memory>

#include "assistant/generation_runner.h"
#include "server/http_message.h"
#include "store/store.h"

namespace falconet {

/// Safe to use from any thread.
class App {
 public:
  /// Puts in order what the last server left behind. Both must outlive the app.
  /// Errors: those of the store.
  static Result<std::unique_ptr<App>> open(Store& store, const Clock& clock);

  Store& store() { return store_; }
  GenerationRunner& runner() { return runner_; }

  /// Whose request this is. Without accounts there is one user, whoever comes in.
  Result<User> user_of(const HttpRequest& request) const;

 private:
  App(Store& store, const Clock& clock, User local_user)
      : store_(store), local_user_(std::move(local_user)), runner_(store, clock) {}

  Store& store_;
  User local_user_;
  GenerationRunner runner_;
};

}  // namespace falconet
