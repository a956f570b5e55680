// The value of --speculative-config, as vLLM writes it.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/speculation_options.h"

namespace falconet {

/// {"method":"ngram","num_speculative_tokens":8,"prompt_lookup_max":8,"prompt_lookup_min":2}; what
/// is left out is as it is by default. {"method":"none"} turns it off.
/// Errors: InvalidArgument (no such JSON, with its place; an unknown key; a number out of range),
/// Unsupported (a method that needs a second model).
Result<SpeculationOptions> parse_speculation(const std::string& text);

}  // namespace falconet
