// What people do with their own accounts.
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"
#include "server/session_cookie.h"

namespace falconet {
namespace {

// 401 would say that nobody has logged in.
HttpResponse refuse_own_password(const PasswordCheck& check) {
  return refuse_password(check, 403, "wrong_password", "this is not the account's password");
}

// What a person has just done needs no password to be believed: theirs are at the provider.
constexpr std::int64_t kFreshMilliseconds = 10 * 60 * 1000;

/// The password; of an account without one, that its owner logged in just now.
Result<std::optional<HttpResponse>> refuse_deletion(AppCall& call, const std::string& password,
                                                    Credentials& account) {
  TRY_ASSIGN(account, call.app.store().read([&](Transaction& transaction) {
    return find_credentials(transaction, call.user.id);
  }));
  if (is_decoy_password_hash(account.password_hash)) {
    const std::int64_t age = unix_milliseconds(call.app.clock()) - call.session->created;
    if (age < kFreshMilliseconds) return std::optional<HttpResponse>();
    return std::optional(app_refusal(403, "log_in_again",
                                     "this account has no password: log out and in again, and "
                                     "delete it within ten minutes"));
  }
  TRY_ASSIGN(PasswordCheck check, check_password(call, call.user.name, password));
  if (!check.is_right) return std::optional(refuse_own_password(check));
  account = std::move(check.account);
  return std::optional<HttpResponse>();
}

}  // namespace

Result<HttpResponse> post_password(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string old_password;
  std::string new_password;
  TRY(fields.read("old_password", old_password));
  TRY(fields.read("new_password", new_password));
  TRY_ASSIGN(const PasswordCheck check, check_password(call, call.user.name, old_password));
  if (!check.is_right) return refuse_own_password(check);
  if (auto refusal = refuse_weak_password(new_password, call.user.name)) return *std::move(refusal);
  if (new_password == old_password) {
    return app_refusal(400, "password_too_weak", "this is the password that it was before");
  }
  TRY_ASSIGN(const std::string hash, hash_password(new_password, call.app.password_cost()));
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(check_unchanged(transaction, check.account));
    TRY(set_password(transaction, call.user.id, hash, PasswordOwner::Self));
    TRY(end_sessions(transaction, call.user.id, call.session->id));
    return audit(transaction, call, "password-changed", call.user.id);
  });
  if (!written) return written.error();
  return no_content();
}

Result<HttpResponse> patch_account(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  AccountChange change;
  TRY(fields.read("display_name", change.display_name));
  TRY_ASSIGN(const User user, call.app.store().write([&](Transaction& transaction) {
    return change_account(transaction, call.user.id, change);
  }));
  return app_response(user_json(user));
}

Result<HttpResponse> remove_account(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string password;
  TRY(fields.read("password", password));
  Credentials account;
  TRY_ASSIGN(auto refusal, refuse_deletion(call, password, account));
  if (refusal) return *std::move(refusal);
  const Status deleted = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(check_unchanged(transaction, account));
    TRY(audit(transaction, call, "account-deleted", call.user.id));
    return delete_account(transaction, call.user.id);
  });
  if (!deleted && deleted.error().code == ErrorCode::PermissionDenied) {
    return app_refusal(409, "last_administrator", deleted.error().message);
  }
  TRY(Status(deleted));
  call.app.stop_generations(call.user.id);
  HttpResponse response = no_content();
  response.headers.push_back(no_session_cookie());
  return response;
}

Result<HttpResponse> get_sessions(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([&](Transaction& transaction) {
    return sessions_of(transaction, call.user.id);
  }));
  Json sessions = Json::array();
  for (const UserSession& session : all) {
    sessions.push_back(user_session_json(session, session.id == call.session->id));
  }
  return app_response({{"sessions", std::move(sessions)}});
}

Result<HttpResponse> remove_session(AppCall& call) {
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(end_session(transaction, call.user.id, {call.id}));
    return audit(transaction, call, "session-ended", call.user.id);
  });
  if (!written) return written.error();
  return no_content();
}

}  // namespace falconet
