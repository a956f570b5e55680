// What people set for their answers: a few sampling parameters and the system prompt.
#pragma once

#include <string>

#include "base/json.h"
#include "completion/completer.h"

namespace falconet {

struct GenerationParameters {
  SamplingOptions sampling = {};
  StopOptions stopping = {};
  std::string system = {};  // the system prompt
};

/// Members of other names are left alone: a page may keep its own there. Ranges are the completer's
/// business. Errors: InvalidArgument naming the member.
Result<GenerationParameters> read_generation_parameters(const Json& parameters);

/// The members of both objects; those of `changes` win, and null takes one away.
Json merged_parameters(const Json& base, const Json& changes);

}  // namespace falconet
