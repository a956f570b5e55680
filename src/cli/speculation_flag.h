// The value of --speculative-config, as vLLM writes it.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/speculation_options.h"

namespace falconet {

struct SpeculationFlag {
  SpeculationOptions options = kUsualSpeculation;
  std::string model;  // a name, as find_model takes it; empty: no draft model
};

/// {"method":"ngram","num_speculative_tokens":8,"prompt_lookup_max":8,"prompt_lookup_min":2}; what
/// is left out is as it is by default. {"model":"NAME"} adds a draft model ("method":"draft_model",
/// if it is said). {"method":"none"} turns it off.
/// Errors: InvalidArgument (no such JSON, with its place; an unknown key; a number out of range),
/// Unsupported (another method).
Result<SpeculationFlag> parse_speculation(const std::string& text);

}  // namespace falconet
