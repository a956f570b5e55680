// Who may make an account for themselves.
#pragma once

#include <string_view>

#include "store/accounts.h"

namespace falconet {

enum class SignUpPolicy { Open, Invitation, Closed };

/// "open", "invitation", "closed".
const char* sign_up_policy_name(SignUpPolicy policy);

/// By invitation until an administrator says otherwise: strangers on the network stay out.
Result<SignUpPolicy> sign_up_policy(Transaction& transaction);

/// Errors: InvalidArgument (the name of no policy).
Status set_sign_up_policy(Transaction& transaction, const std::string& name);

/// "first" (no account exists: the one made now is the administrator's), or the policy's name.
Result<std::string> sign_up_state(Transaction& transaction);

/// The role that an account would get, made now with this invitation; an empty digest: with none.
/// Errors: PermissionDenied (sign-up is closed), NotFound (the invitation is missing or no good).
Result<std::string> role_at_sign_up(Transaction& transaction, std::string_view invitation_digest);

/// Makes the account, with the role of the invitation, which is used up. Errors: those of
/// role_at_sign_up() and create_account().
Result<User> sign_up(Transaction& transaction, NewAccount account,
                     std::string_view invitation_digest);

}  // namespace falconet
