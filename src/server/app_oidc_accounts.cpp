#include "server/app_oidc_accounts.h"

#include "base/unicode.h"
#include "server/app_passwords.h"
#include "server/app_session.h"
#include "server/client_address.h"
#include "server/oidc.h"
#include "store/account_names.h"
#include "store/identities.h"
#include "store/sign_up.h"

namespace falconet {
namespace {

// More people of one name than any server has.
constexpr int kMaxNamesakes = 1000;

Identity identity_of(AppCall& call, const IdTokenClaims& claims) {
  return {.issuer = call.app.oidc()->settings().client.issuer, .subject = claims.subject};
}

Result<std::string> role_of_newcomer(Transaction& transaction, OidcSignUp sign_up) {
  if (sign_up == OidcSignUp::Policy) return role_at_sign_up(transaction, "");
  if (sign_up == OidcSignUp::Closed) {
    return error(ErrorCode::PermissionDenied,
                 "nobody becomes a user by logging in with the provider (--oidc-sign-up closed)");
  }
  TRY_ASSIGN(const bool has_some, has_accounts(transaction));
  return std::string(has_some ? kUserRole : kAdministrator);
}

/// What the provider calls them, if it will do as a name here.
std::string wanted_name(const IdTokenClaims& claims) {
  const std::string mailbox = claims.email.substr(0, claims.email.find('@'));
  for (const std::string& candidate : {claims.preferred_username, mailbox}) {
    if (auto name = account_name(candidate)) return *std::move(name);
  }
  return "user";
}

/// "ada", or "ada-2" where somebody else is "ada": a name is no proof of being the same person.
Result<std::string> free_name(Transaction& transaction, const IdTokenClaims& claims) {
  const std::string wanted = wanted_name(claims);
  for (int i = 1; i <= kMaxNamesakes; ++i) {
    const auto name = account_name(i == 1 ? wanted : cat(wanted, "-", i));
    if (!name) break;  // too long by the number
    TRY_ASSIGN(const bool is_taken, is_name_taken(transaction, *name));
    if (!is_taken) return *name;
  }
  return error(ErrorCode::AlreadyExists,
               "there is no free name for this person; an administrator "
               "can make the account, and its owner link it");
}

Result<User> become_user(Transaction& transaction, AppCall& call, const IdTokenClaims& claims) {
  NewAccount account;
  TRY_ASSIGN(account.role, role_of_newcomer(transaction, call.app.oidc()->settings().sign_up));
  const auto wait =
      call.app.sign_up_limiter().begin_attempt(network_of(client_address(call.request)));
  if (wait) {
    return error(ErrorCode::Exhausted,
                 "too many accounts were made from this address; the next in ", wait->count(),
                 " s");
  }
  TRY_ASSIGN(account.name, free_name(transaction, claims));
  account.display_name = to_valid_utf8(claims.name.substr(0, kMaxDisplayNameBytes / 2));
  std::erase_if(account.display_name, [](char c) { return c >= 0 && c < ' '; });
  account.password_hash = decoy_password_hash(call.app.password_cost());
  TRY_ASSIGN(User user, create_account(transaction, account));
  TRY(link_identity(transaction, user.id, identity_of(call, claims)));
  return user;
}

Status let_in(Transaction& transaction, AppCall& call, const IdTokenClaims& claims,
              const std::string& secret) {
  TRY_ASSIGN(auto user, find_user_of(transaction, identity_of(call, claims)));
  const char* const action = user ? "log-in" : "sign-up";
  if (!user) {
    TRY_ASSIGN(user, become_user(transaction, call, claims));
  }
  if (user->is_disabled) {
    return error(ErrorCode::Cancelled, "an administrator has disabled the account ", user->name);
  }
  TRY(open_new_session(transaction, call, *user, secret));
  return audit(transaction, call, action, user->id, {{"oidc", call.app.oidc()->settings().name}});
}

/// An error of what was asked for is a refusal; one of the database stays an error.
Result<std::optional<OidcRefusal>> as_refusal(const Status& done) {
  if (done) return std::optional<OidcRefusal>();
  const std::string& why = done.error().message;
  switch (done.error().code) {
    case ErrorCode::PermissionDenied: return std::optional(OidcRefusal{"closed", why});
    case ErrorCode::NotFound: return std::optional(OidcRefusal{"invitation", why});
    case ErrorCode::AlreadyExists: return std::optional(OidcRefusal{"taken", why});
    case ErrorCode::Exhausted: return std::optional(OidcRefusal{"many", why});
    case ErrorCode::Cancelled: return std::optional(OidcRefusal{"disabled", why});
    default: return done.error();
  }
}

}  // namespace

Result<std::optional<OidcRefusal>> log_in_with(AppCall& call, const IdTokenClaims& claims,
                                               const std::string& secret) {
  const Status done = call.app.store().write(
      [&](Transaction& transaction) { return let_in(transaction, call, claims, secret); });
  return as_refusal(done);
}

Result<std::optional<OidcRefusal>> link_to(AppCall& call, const IdTokenClaims& claims) {
  const Status done = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY(link_identity(transaction, call.user.id, identity_of(call, claims)));
    return audit(transaction, call, "identity-linked", call.user.id,
                 {{"oidc", call.app.oidc()->settings().name}});
  });
  return as_refusal(done);
}

}  // namespace falconet
