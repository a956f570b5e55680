// What administrators do with other people's accounts.
#include "server/app_handlers.h"
#include "server/app_json.h"
#include "server/app_passwords.h"
#include "server/request_fields.h"
#include "store/account_names.h"
#include "store/totp.h"

namespace falconet {
namespace {

struct UserPatch {
  AccountChange change = {};
  std::optional<std::string> new_password = {};
  bool turns_totp_off = false;
};

Result<UserPatch> read_user(const std::string& text) {
  TRY_ASSIGN(const Json body, parse_json(text));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  UserPatch patch;
  TRY(fields.read("role", patch.change.role));
  TRY(fields.read("groups", patch.change.groups));
  TRY(fields.read("is_disabled", patch.change.is_disabled));
  TRY(fields.read("display_name", patch.change.display_name));
  TRY(fields.read("new_password", patch.new_password));
  std::optional<bool> has_totp;
  TRY(fields.read("has_totp", has_totp));
  if (has_totp == true) {
    return error(ErrorCode::InvalidArgument,
                 "has_totp: codes are turned on by the account's owner; only false is possible");
  }
  patch.turns_totp_off = has_totp.has_value();
  return patch;
}

/// For the audit log: what was changed, and to what; never a password.
Json detail_of(const UserPatch& patch) {
  Json detail = Json::object();
  if (patch.change.role) detail["role"] = *patch.change.role;
  if (patch.change.groups) detail["groups"] = *patch.change.groups;
  if (patch.change.is_disabled) detail["is_disabled"] = *patch.change.is_disabled;
  if (patch.change.display_name) detail["display_name"] = true;
  if (patch.new_password) detail["new_password"] = true;
  if (patch.turns_totp_off) detail["has_totp"] = false;
  return detail;
}

Result<HttpResponse> refuse_change(const Error& error) {
  if (error.code != ErrorCode::PermissionDenied) return error;
  return app_refusal(409, "last_administrator", error.message);
}

Result<ListedAccount> find_listed(Transaction& transaction, const UserId& id) {
  TRY_ASSIGN(std::vector<ListedAccount> found, list_accounts(transaction, id));
  if (found.empty()) return error(ErrorCode::NotFound, "there is no user ", id.value);
  return std::move(found.front());
}

Status change_user(Transaction& transaction, const UserId& id, const UserPatch& patch,
                   const std::string& hash) {
  TRY(change_account(transaction, id, patch.change));
  if (patch.new_password) {
    TRY(set_password(transaction, id, hash, PasswordOwner::Administrator));
    TRY(end_sessions(transaction, id));
  }
  if (!patch.turns_totp_off) return {};
  Status off = turn_totp_off(transaction, id);
  const bool was_off = !off && off.error().code == ErrorCode::NotFound;
  return was_off ? Status() : off;
}

}  // namespace

Result<HttpResponse> get_users(AppCall& call) {
  TRY_ASSIGN(const auto all, call.app.store().read([](Transaction& transaction) {
    return list_accounts(transaction);
  }));
  Json users = Json::array();
  for (const ListedAccount& account : all) users.push_back(account_json(account));
  return app_response({{"users", std::move(users)}});
}

Result<HttpResponse> post_user(AppCall& call) {
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  NewAccount account{.must_change_password = true};
  std::string password;
  TRY(fields.read("name", account.name));
  TRY(fields.read("password", password));
  TRY(fields.read("role", account.role));
  TRY(fields.read("display_name", account.display_name));
  auto name = account_name(account.name);
  if (!name) return app_refusal(400, "name_invalid", name.error().message);
  account.name = *std::move(name);
  if (auto refusal = refuse_weak_password(password, account.name)) return *std::move(refusal);
  TRY_ASSIGN(account.password_hash, hash_password(password, call.app.password_cost()));
  const auto made = call.app.store().write([&](Transaction& transaction) -> Result<User> {
    TRY_ASSIGN(User user, create_account(transaction, account));
    TRY(audit(transaction, call, "user-created", user.id, {{"role", user.role}}));
    return user;
  });
  if (!made && made.error().code == ErrorCode::AlreadyExists) {
    return app_refusal(409, "name_taken", made.error().message);
  }
  if (!made) return made.error();
  return app_response(account_json({.user = *made}), 201);
}

Result<HttpResponse> patch_user(AppCall& call) {
  TRY_ASSIGN(const UserPatch patch, read_user(call.request.body));
  const UserId id{call.id};
  TRY_ASSIGN(const ListedAccount before, call.app.store().read([&](Transaction& transaction) {
    return find_listed(transaction, id);
  }));
  if (patch.turns_totp_off && id == call.user.id) {
    return app_refusal(409, "own_totp",
                       "your own codes are turned off in your account, with password and code");
  }
  std::string hash;
  if (patch.new_password) {
    if (auto refusal = refuse_weak_password(*patch.new_password, before.user.name)) {
      return *std::move(refusal);
    }
    TRY_ASSIGN(hash, hash_password(*patch.new_password, call.app.password_cost()));
  }
  const auto changed =
      call.app.store().write([&](Transaction& transaction) -> Result<ListedAccount> {
        TRY(change_user(transaction, id, patch, hash));
        TRY(audit(transaction, call, "user-changed", id, detail_of(patch)));
        return find_listed(transaction, id);
      });
  if (!changed) return refuse_change(changed.error());
  return app_response(account_json(*changed));
}

Result<HttpResponse> remove_user(AppCall& call) {
  const UserId id{call.id};
  const Status deleted = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(find_account(transaction, id));
    TRY(audit(transaction, call, "user-deleted", id));
    return delete_account(transaction, id);
  });
  if (!deleted) return refuse_change(deleted.error());
  call.app.stop_generations(id);
  return no_content();
}

}  // namespace falconet
