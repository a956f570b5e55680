// Signing up, logging in and out.
#include "server/app_codes.h"
#include "server/app_handlers.h"
#include "server/app_passwords.h"
#include "server/app_session.h"
#include "server/client_address.h"
#include "server/request_fields.h"
#include "server/session_cookie.h"
#include "store/account_names.h"
#include "store/sign_up.h"

namespace falconet {
namespace {

struct SignUpForm {
  std::string name;
  std::string password;
  std::string display_name;
  std::string invitation;
};

Result<SignUpForm> read_sign_up(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  SignUpForm form;
  TRY(fields.read("name", form.name));
  TRY(fields.read("password", form.password));
  TRY(fields.read("display_name", form.display_name));
  TRY(fields.read("invitation", form.invitation));
  return form;
}

struct LogInForm {
  std::string name;
  std::string password;
  std::string code;
};

Result<LogInForm> read_log_in(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  LogInForm form;
  TRY(fields.read("name", form.name));
  TRY(fields.read("password", form.password));
  TRY(fields.read("code", form.code));
  return form;
}

Result<HttpResponse> refuse_sign_up(const Error& error) {
  switch (error.code) {
    case ErrorCode::PermissionDenied: return app_refusal(403, "sign_up_closed", error.message);
    case ErrorCode::NotFound: return app_refusal(403, "invitation_invalid", error.message);
    case ErrorCode::AlreadyExists: return app_refusal(409, "name_taken", error.message);
    default: return error;
  }
}

/// 429 where too many came from one place. An invitation is a bound of its own: it works once.
std::optional<HttpResponse> refuse_frequent_sign_up(AppCall& call, const SignUpForm& form) {
  if (!form.invitation.empty()) return std::nullopt;
  const auto wait =
      call.app.sign_up_limiter().begin_attempt(network_of(client_address(call.request)));
  if (!wait) return std::nullopt;
  return app_refusal_until(*wait, "too_many_sign_ups",
                           "too many accounts were made from this address");
}

Result<HttpResponse> welcome(AppCall& call, const std::string& secret, int status) {
  TRY_ASSIGN(const Json session, session_json(call));
  HttpResponse response = app_response(session, status);
  response.headers.push_back(session_cookie(call.request, secret));
  return response;
}

}  // namespace

Result<HttpResponse> post_sign_up(AppCall& call) {
  TRY_ASSIGN(const SignUpForm form, read_sign_up(call.request.body));
  auto name = account_name(form.name);
  if (!name) return app_refusal(400, "name_invalid", name.error().message);
  if (auto refusal = refuse_weak_password(form.password, *name)) return *std::move(refusal);
  const std::string invitation = form.invitation.empty() ? "" : secret_digest(form.invitation);
  Store& store = call.app.store();
  // Before the work of hashing, and in sign_up() again.
  const auto role = store.read(
      [&](Transaction& transaction) { return role_at_sign_up(transaction, invitation); });
  if (!role) return refuse_sign_up(role.error());
  if (auto refusal = refuse_frequent_sign_up(call, form)) return *std::move(refusal);
  NewAccount account{.name = *name, .display_name = form.display_name};
  TRY_ASSIGN(account.password_hash, hash_password(form.password, call.app.password_cost()));
  const std::string secret = new_secret();
  const Status joined = store.write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const User user, sign_up(transaction, account, invitation));
    TRY(open_new_session(transaction, call, user, secret));
    return audit(transaction, call, "sign-up", user.id, {{"role", user.role}});
  });
  if (!joined) return refuse_sign_up(joined.error());
  return welcome(call, secret, 201);
}

Result<HttpResponse> post_log_in(AppCall& call) {
  TRY_ASSIGN(const LogInForm form, read_log_in(call.request.body));
  TRY_ASSIGN(const PasswordCheck check, check_password(call, form.name, form.password));
  if (!check.is_right) {
    return refuse_password(check, 401, "wrong_name_or_password",
                           "there is no account with this name and password");
  }
  const Credentials& account = check.account;
  if (account.user.is_disabled) {
    return app_refusal(403, "account_disabled", "an administrator has disabled this account");
  }
  TRY_ASSIGN(auto refusal, refuse_without_code(call, account.user, form.code, 401));
  if (refusal) return *std::move(refusal);
  const std::string secret = new_secret();
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(check_unchanged(transaction, account));
    TRY(open_new_session(transaction, call, account.user, secret));
    return audit(transaction, call, "log-in", account.user.id);
  });
  if (!written) return written.error();
  return welcome(call, secret, 200);
}

Result<HttpResponse> post_log_out(AppCall& call) {
  if (call.session) {
    const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
      TRY(audit(transaction, call, "log-out", call.user.id));
      return end_session(transaction, call.user.id, call.session->id);
    });
    if (!written) return written.error();
  }
  HttpResponse response = no_content();
  response.headers.push_back(no_session_cookie());
  return response;
}

}  // namespace falconet
