#include "server/app.h"

#include "base/log.h"
#include "server/session_cookie.h"
#include "store/accounts.h"
#include "store/conversations.h"
#include "store/users.h"

namespace falconet {
Result<std::unique_ptr<App>> App::open(Store& store, const Clock& clock,
                                       const AppOptions& options) {
  std::int64_t num_interrupted = 0;
  bool is_unclaimed = false;
  TRY_ASSIGN(User local_user, store.write([&](Transaction& transaction) -> Result<User> {
    TRY_ASSIGN(num_interrupted, interrupt_unfinished_generations(transaction));
    TRY(delete_what_is_over(transaction, options.retention_days));
    TRY_ASSIGN(const bool has_some, falconet::has_accounts(transaction));
    is_unclaimed = options.has_accounts && !has_some;
    return ensure_user(transaction, kLocalUser, "owner");
  }));
  if (num_interrupted > 0) {
    log_info(num_interrupted,
             " answers were cut off when the last server ended; what was saved of "
             "them is kept");
  }
  if (is_unclaimed) {
    log_warning(
        "there is no account yet: whoever opens the page first makes the administrator's; or make "
        "it now with: falconet user add NAME");
  }
  return std::unique_ptr<App>(new App(store, clock, std::move(local_user), options));
}

Result<Caller> App::caller_of(const HttpRequest& request) const {
  if (!has_accounts()) return Caller{.user = local_user_};
  const auto secret = session_secret(request);
  if (!secret) return Caller{};
  TRY_ASSIGN(auto found, store_.read([&](Transaction& transaction) {
    return find_session(transaction, secret_digest(*secret));
  }));
  if (!found) return Caller{};
  return Caller{.user = std::move(found->user), .session = std::move(found->session)};
}

Result<std::optional<HttpHeader>> App::keep_session(const HttpRequest& request,
                                                    const Caller& caller) {
  const auto secret = session_secret(request);
  const std::int64_t now = unix_milliseconds(clock_);
  const bool is_due = caller.session && now - caller.session->last_seen >= kSeenMilliseconds;
  if (!secret || !is_due) return std::optional<HttpHeader>();
  TRY_ASSIGN(const SessionRenewal renewal, store_.write([&](Transaction& transaction) {
    return touch_session(transaction, *caller.session, caller.user.id);
  }));
  if (renewal == SessionRenewal::None) return std::optional<HttpHeader>();
  return std::optional(session_cookie(request, *secret));
}

void App::end_background_runs() {
  for (BackgroundRun* run : {&trials_, &judgings_}) run->stop();
  for (BackgroundRun* run : {&trials_, &judgings_}) run->end();
}

void App::stop_generations(const UserId& user) {
  for (const GenerationRecord& record : runner_.active(user)) {
    const Status stopped = runner_.stop(user, record.id);
    if (!stopped) log_debug("stopping an answer: ", stopped.error().message);
  }
}

}  // namespace falconet
