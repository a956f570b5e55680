// The second step of what a password alone must not open.
#pragma once

#include <optional>
#include <string_view>

#include "server/app_call.h"

namespace falconet {

/// Nothing where the user's account asks for no codes, or `typed` is one that it accepts, which is
/// used up: of the app, or for recovery. Otherwise the refusal: 429, or `status` with code_required
/// (nothing was typed) or wrong_code. To be called after the right password; counted by the
/// limiter, and in the audit log. Errors: those of the store.
Result<std::optional<HttpResponse>> refuse_without_code(AppCall& call, const User& user,
                                                        std::string_view typed, int status);

}  // namespace falconet
