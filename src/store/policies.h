// What holds for everybody on this server: names and values that administrators and researchers
// set.
#pragma once

#include <optional>
#include <string>

#include "store/store.h"

namespace falconet {

/// Nothing where nobody has set it.
Result<std::optional<std::string>> policy_value(Transaction& transaction, const char* name);

Status set_policy_value(Transaction& transaction, const char* name, const std::string& value);

Status remove_policy_value(Transaction& transaction, const char* name);

}  // namespace falconet
