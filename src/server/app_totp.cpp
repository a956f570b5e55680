// Turning one-time codes on and off for one's own account.
#include "server/app_codes.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"
#include "server/totp.h"
#include "store/totp.h"

namespace falconet {
namespace {

struct TotpForm {
  std::string password;
  std::string code;
};

Result<TotpForm> read_totp(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  TotpForm form;
  TRY(fields.read("password", form.password));
  TRY(fields.read("code", form.code));
  return form;
}

HttpResponse refuse_totp_password(const PasswordCheck& check) {
  return refuse_password(check, 403, "wrong_password", "this is not the account's password");
}

/// Whether the code is the set-up's; it is the first that is used up. Errors: NotFound (there is no
/// set-up).
Result<bool> confirm(Transaction& transaction, AppCall& call, const std::string& code,
                     const std::vector<std::string>& recovery_codes) {
  TRY_ASSIGN(const auto totp, find_totp(transaction, call.user.id));
  if (!totp || totp->is_on) {
    return error(ErrorCode::NotFound, "no set-up of codes is under way; begin again");
  }
  const auto step =
      step_of_code(totp->secret, plain_code(code), totp_step(call.app.clock().wall_time()));
  if (!step) return false;
  std::vector<std::string> digests;
  for (const std::string& each : recovery_codes) digests.push_back(secret_digest(plain_code(each)));
  TRY(turn_totp_on(transaction, call.user.id, *step, digests));
  TRY(audit(transaction, call, "totp-on", call.user.id));
  return true;
}

}  // namespace

Result<HttpResponse> post_totp(AppCall& call) {
  TRY_ASSIGN(const TotpForm form, read_totp(call.request.body));
  TRY_ASSIGN(const PasswordCheck check, check_password(call, call.user.name, form.password));
  if (!check.is_right) return refuse_totp_password(check);
  const std::string secret = new_totp_secret();
  const Status begun = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(check_unchanged(transaction, check.account));
    return begin_totp(transaction, call.user.id, secret);
  });
  if (!begun && begun.error().code == ErrorCode::AlreadyExists) {
    return app_refusal(409, "totp_is_on", begun.error().message);
  }
  if (!begun) return begun.error();
  // The one time that the secret is told.
  return app_response({{"secret", secret}, {"uri", totp_uri(secret, call.user.name)}}, 201);
}

Result<HttpResponse> post_totp_confirm(AppCall& call) {
  TRY_ASSIGN(const TotpForm form, read_totp(call.request.body));
  const std::vector<std::string> recovery_codes = new_recovery_codes();
  const auto confirmed = call.app.store().write([&](Transaction& transaction) {
    return confirm(transaction, call, form.code, recovery_codes);
  });
  if (!confirmed && confirmed.error().code == ErrorCode::NotFound) {
    return app_refusal(409, "totp_not_begun", confirmed.error().message);
  }
  if (!confirmed) return confirmed.error();
  if (!*confirmed) {
    return app_refusal(403, "wrong_code",
                       "this is not the code that the app shows now; is the phone's clock right?");
  }
  return app_response({{"recovery_codes", recovery_codes}});
}

Result<HttpResponse> remove_totp(AppCall& call) {
  TRY_ASSIGN(const TotpForm form, read_totp(call.request.body));
  TRY_ASSIGN(const PasswordCheck check, check_password(call, call.user.name, form.password));
  if (!check.is_right) return refuse_totp_password(check);
  if (!check.account.user.has_totp) {
    return app_refusal(409, "totp_is_off", "this account logs in without codes");
  }
  TRY_ASSIGN(auto refusal, refuse_without_code(call, check.account.user, form.code, 403));
  if (refusal) return *std::move(refusal);
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(check_unchanged(transaction, check.account));
    TRY(turn_totp_off(transaction, call.user.id));
    return audit(transaction, call, "totp-off", call.user.id);
  });
  if (!written) return written.error();
  return no_content();
}

}  // namespace falconet
