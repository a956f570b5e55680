// What stands behind the page's API: the store, the answers that are being written, and who asks.
#pragma once

#include <memory>
#include <optional>

#include "assistant/generation_runner.h"
#include "server/analyst.h"
#include "server/background_run.h"
#include "server/credentials.h"
#include "server/http_message.h"
#include "server/log_in_limiter.h"
#include "server/oidc.h"
#include "server/retention_job.h"
#include "server/sign_up_limiter.h"
#include "store/sessions.h"
#include "store/store.h"

namespace falconet {

/// Whose request it is.
struct Caller {
  User user = {};  // without accounts: the one that there is
  std::optional<UserSession> session =
      {};  // nothing: nobody has logged in, or there are no accounts
};

struct AppOptions {
  bool has_accounts = false;
  PasswordCost password_cost = {};
  std::optional<OidcSettings> oidc = {};
  std::optional<std::int64_t> retention_days = {};  // nothing: records are kept
  std::chrono::milliseconds retention_interval{3'600'000};
};

/// Safe to use from any thread.
class App {
 public:
  /// Puts in order what the last server left behind. Both must outlive the app.
  /// Errors: those of the store.
  static Result<std::unique_ptr<App>> open(Store& store, const Clock& clock,
                                           const AppOptions& options);

  Store& store() { return store_; }
  GenerationRunner& runner() { return runner_; }
  Analyst& analyst() { return analyst_; }
  BackgroundRun& trials() { return trials_; }      // of two settings
  BackgroundRun& judgings() { return judgings_; }  // of samples by a model
  LogInLimiter& log_in_limiter() { return log_in_limiter_; }
  SignUpLimiter& sign_up_limiter() { return sign_up_limiter_; }
  Oidc* oidc() { return oidc_ ? &*oidc_ : nullptr; }  // null: nobody logs in with a provider
  const Clock& clock() const { return clock_; }
  const PasswordCost& password_cost() const { return options_.password_cost; }

  /// Whether people log in. Otherwise there is one user, whoever comes in.
  bool has_accounts() const { return options_.has_accounts; }

  /// By the session's cookie. Errors: those of the store.
  Result<Caller> caller_of(const HttpRequest& request) const;

  /// Notes that a session is in use; the cookie anew if its time was renewed.
  /// Errors: those of the store.
  Result<std::optional<HttpHeader>> keep_session(const HttpRequest& request, const Caller& caller);

  /// Ends what goes on in the background of chats; returns when it has.
  void end_background_runs();

  /// Ends what is being written for a user who is no longer there.
  void stop_generations(const UserId& user);

 private:
  App(Store& store, const Clock& clock, User local_user, const AppOptions& options)
      : store_(store),
        clock_(clock),
        local_user_(std::move(local_user)),
        options_(options),
        log_in_limiter_(clock),
        sign_up_limiter_(clock),
        runner_(store, clock),
        retention_(store, options.retention_days, options.retention_interval),
        analyst_(store) {
    if (options_.oidc) oidc_.emplace(*options_.oidc, clock);
  }

  Store& store_;
  const Clock& clock_;
  User local_user_;
  AppOptions options_;
  LogInLimiter log_in_limiter_;
  SignUpLimiter sign_up_limiter_;
  std::optional<Oidc> oidc_;
  GenerationRunner runner_;
  RetentionJob retention_;
  Analyst analyst_;
  BackgroundRun trials_;
  BackgroundRun judgings_;
};

}  // namespace falconet
