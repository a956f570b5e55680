// What handlers that deal with passwords share.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/app_call.h"
#include "store/accounts.h"

namespace falconet {

/// A password that somebody gave for a name.
struct PasswordCheck {
  bool is_right = false;
  std::optional<std::chrono::seconds> wait = {};  // too many attempts: it was not even looked at
  Credentials account = {};                       // of the name; without an id if there is none
};

/// Counted by the limiter, unless it is right and a code has to follow; what failed is in the audit
/// log. Takes the same time whether or not there is such an account. No transaction is open while
/// it hashes. Errors: those of the store.
Result<PasswordCheck> check_password(AppCall& call, std::string_view name,
                                     const std::string& password);

/// The refusal of a check that failed: 429, or `status` and `code` for a wrong password.
HttpResponse refuse_password(const PasswordCheck& check, int status, std::string_view code,
                             std::string_view message);

/// The refusal of a password that would be guessed, or nothing.
std::optional<HttpResponse> refuse_weak_password(std::string_view password, std::string_view name);

/// Whether the account is still what was checked. Errors: Cancelled: its password or its rights
/// were changed meanwhile.
Status check_unchanged(Transaction& transaction, const Credentials& checked);

/// An entry of the audit log in the name of the caller.
Status audit(Transaction& transaction, const AppCall& call, const char* action,
             const std::optional<UserId>& subject = {}, Json detail = Json::object());

}  // namespace falconet
