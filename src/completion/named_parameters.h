// The parameters of an answer by the names that the API gives them, with their values as text: what
// people type.
#pragma once

#include <string_view>

#include "completion/completer.h"

namespace falconet {

/// "temperature", "top_p", …, "max_tokens", "thinking_budget".
/// Errors: InvalidArgument, with the names there are.
Status set_named_parameter(SamplingOptions& sampling, StopOptions& stopping, std::string_view name,
                           std::string_view value);

}  // namespace falconet
