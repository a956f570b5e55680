// What the page is told about who uses it: the answer to opening it, and to logging in.
#pragma once

#include "base/json.h"
#include "server/app_call.h"

namespace falconet {

/// Of the call's user; if nobody has logged in, whether one can sign up. Errors: those of the
/// store.
Result<Json> session_json(AppCall& call);

/// From here on the call is the user's, in a session of this secret. The browser's session before,
/// if it had one, ends. Errors: those of the store.
Status open_new_session(Transaction& transaction, AppCall& call, const User& user,
                        const std::string& secret);

}  // namespace falconet
