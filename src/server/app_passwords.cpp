#include "server/app_passwords.h"

#include "server/client_address.h"
#include "server/password_rules.h"
#include "store/account_names.h"
#include "store/audit.h"

namespace falconet {

Result<PasswordCheck> check_password(AppCall& call, std::string_view name,
                                     const std::string& password) {
  const std::string key = account_name_key(name);
  const std::string network = network_of(client_address(call.request));
  LogInLimiter& limiter = call.app.log_in_limiter();
  PasswordCheck check;
  check.wait = limiter.begin_attempt(key, network);
  if (check.wait) return check;
  auto found = call.app.store().read(
      [&](Transaction& transaction) { return find_credentials(transaction, key); });
  if (!found && found.error().code != ErrorCode::NotFound) return std::move(found).error();
  const bool is_known = found.has_value();
  if (is_known) check.account = *std::move(found);
  const std::string hash =
      is_known ? check.account.password_hash : decoy_password_hash(call.app.password_cost());
  const bool fits = password.size() <= kMaxPasswordBytes && is_password_of(password, hash);
  check.is_right = fits && is_known;
  if (check.is_right) {
    // Where a code must follow, the right password alone does not wash away wrong codes.
    if (check.account.user.has_totp) {
      limiter.take_back(key, network);
    } else {
      limiter.succeeded(key, network);
    }
    return check;
  }
  // The name is not written down unless there is such an account: people type passwords into it.
  const std::optional<UserId> subject =
      is_known ? std::optional(check.account.user.id) : std::nullopt;
  TRY(call.app.store().write([&](Transaction& transaction) {
    return audit(transaction, call, "log-in-failed", subject);
  }));
  return check;
}

HttpResponse refuse_password(const PasswordCheck& check, int status, std::string_view code,
                             std::string_view message) {
  if (!check.wait) return app_refusal(status, code, message);
  return app_refusal_until(*check.wait, "too_many_attempts", "too many wrong passwords");
}

std::optional<HttpResponse> refuse_weak_password(std::string_view password, std::string_view name) {
  const auto weakness = password_weakness(password, name);
  if (!weakness) return std::nullopt;
  return app_refusal(400, "password_too_weak", *weakness);
}

Status check_unchanged(Transaction& transaction, const Credentials& checked) {
  TRY_ASSIGN(const Credentials now, find_credentials(transaction, checked.user.id));
  const bool is_same = now.password_hash == checked.password_hash &&
                       now.user.is_disabled == checked.user.is_disabled &&
                       now.user.has_totp == checked.user.has_totp;
  if (is_same) return {};
  return error(ErrorCode::Cancelled, "the account was changed at this moment; try again");
}

Status audit(Transaction& transaction, const AppCall& call, const char* action,
             const std::optional<UserId>& subject, Json detail) {
  NewAuditEvent event{.action = action,
                      .subject = subject,
                      .address = client_address(call.request),
                      .detail = std::move(detail)};
  if (call.session) event.actor = call.user.id;
  return add_audit_event(transaction, event);
}

}  // namespace falconet
