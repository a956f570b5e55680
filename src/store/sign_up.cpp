#include "store/sign_up.h"

#include <algorithm>
#include <array>

#include "store/invitations.h"
#include "store/policies.h"

namespace falconet {
namespace {

constexpr std::array kPolicyNames = {"open", "invitation", "closed"};
constexpr const char* kSignUp = "sign_up";

}  // namespace

const char* sign_up_policy_name(SignUpPolicy policy) {
  return kPolicyNames[static_cast<std::size_t>(policy)];
}

Result<SignUpPolicy> sign_up_policy(Transaction& transaction) {
  TRY_ASSIGN(const std::optional<std::string> value, policy_value(transaction, kSignUp));
  if (!value) return SignUpPolicy::Invitation;
  const auto found = std::find(kPolicyNames.begin(), kPolicyNames.end(), *value);
  return found == kPolicyNames.end() ? SignUpPolicy::Closed
                                     : static_cast<SignUpPolicy>(found - kPolicyNames.begin());
}

Status set_sign_up_policy(Transaction& transaction, const std::string& name) {
  if (std::find(kPolicyNames.begin(), kPolicyNames.end(), name) == kPolicyNames.end()) {
    return error(ErrorCode::InvalidArgument,
                 "sign_up: expected open, invitation or closed, found '", name.substr(0, 40), "'");
  }
  return set_policy_value(transaction, kSignUp, name);
}

Result<std::string> sign_up_state(Transaction& transaction) {
  TRY_ASSIGN(const bool has_some, has_accounts(transaction));
  if (!has_some) return std::string("first");
  TRY_ASSIGN(const SignUpPolicy policy, sign_up_policy(transaction));
  return std::string(sign_up_policy_name(policy));
}

Result<std::string> role_at_sign_up(Transaction& transaction, std::string_view invitation_digest) {
  TRY_ASSIGN(const bool has_some, has_accounts(transaction));
  if (!has_some) return std::string(kAdministrator);
  TRY_ASSIGN(const SignUpPolicy policy, sign_up_policy(transaction));
  if (policy == SignUpPolicy::Closed) {
    return error(ErrorCode::PermissionDenied,
                 "nobody can sign up here; an administrator can make you an account");
  }
  if (!invitation_digest.empty()) {
    TRY_ASSIGN(Invitation invitation, find_invitation(transaction, invitation_digest));
    return std::move(invitation.role);
  }
  if (policy == SignUpPolicy::Open) return std::string(kUserRole);
  return error(ErrorCode::NotFound, "signing up needs an invitation; ask an administrator for one");
}

Result<User> sign_up(Transaction& transaction, NewAccount account,
                     std::string_view invitation_digest) {
  TRY_ASSIGN(const bool has_some, has_accounts(transaction));
  TRY_ASSIGN(account.role, role_at_sign_up(transaction, invitation_digest));
  TRY_ASSIGN(User user, create_account(transaction, account));
  if (!has_some || invitation_digest.empty()) return user;
  TRY_ASSIGN(const Invitation invitation, find_invitation(transaction, invitation_digest));
  TRY(delete_invitation(transaction, invitation.id));
  return user;
}

}  // namespace falconet
