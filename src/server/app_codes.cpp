#include "server/app_codes.h"

#include "server/app_passwords.h"
#include "server/client_address.h"
#include "server/totp.h"
#include "store/account_names.h"
#include "store/totp.h"

namespace falconet {
namespace {

Result<bool> accept_recovery_code(Transaction& transaction, AppCall& call, const User& user,
                                  const std::string& code) {
  TRY_ASSIGN(const bool is_right, use_recovery_code(transaction, user.id, secret_digest(code)));
  if (is_right) TRY(audit(transaction, call, "recovery-code-used", user.id));
  return is_right;
}

Result<bool> accept_app_code(Transaction& transaction, AppCall& call, const User& user,
                             const std::string& code) {
  TRY_ASSIGN(const auto totp, find_totp(transaction, user.id));
  if (!totp) return false;
  const auto step = step_of_code(totp->secret, code, totp_step(call.app.clock().wall_time()));
  if (!step) return false;
  return use_totp_step(transaction, user.id, *step);
}

/// One transaction looks and uses up, so that of two who send the same code one is too late.
Result<bool> accept_code(AppCall& call, const User& user, const std::string& code) {
  return call.app.store().write([&](Transaction& transaction) -> Result<bool> {
    const auto accept = is_totp_code(code) ? accept_app_code : accept_recovery_code;
    TRY_ASSIGN(const bool is_right, accept(transaction, call, user, code));
    if (!is_right) TRY(audit(transaction, call, "log-in-failed", user.id, {{"step", "code"}}));
    return is_right;
  });
}

}  // namespace

Result<std::optional<HttpResponse>> refuse_without_code(AppCall& call, const User& user,
                                                        std::string_view typed, int status) {
  if (!user.has_totp) return std::optional<HttpResponse>();
  const std::string code = plain_code(typed);
  if (code.empty()) {
    return std::optional(app_refusal(status, "code_required",
                                     "this account asks for a code besides the password: send the "
                                     "app's, or a recovery code, as 'code'"));
  }
  const std::string key = account_name_key(user.name);
  const std::string network = network_of(client_address(call.request));
  LogInLimiter& limiter = call.app.log_in_limiter();
  if (const auto wait = limiter.begin_attempt(key, network)) {
    return std::optional(app_refusal_until(*wait, "too_many_attempts", "too many wrong codes"));
  }
  TRY_ASSIGN(const bool is_right, accept_code(call, user, code));
  if (!is_right) {
    return std::optional(app_refusal(status, "wrong_code",
                                     "this code is wrong, over, or was used already; wait for the "
                                     "app's next one"));
  }
  limiter.succeeded(key, network);
  return std::optional<HttpResponse>();
}

}  // namespace falconet
