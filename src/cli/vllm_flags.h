// Flags of `vllm serve` that mean nothing here: accepted, so that a command line for vLLM starts,
// and named in a warning, so that nobody believes in them.
#pragma once

#include <span>
#include <string_view>

namespace falconet {

struct VllmFlag {
  std::string_view name;  // with its dashes
  bool takes_value = false;
  std::string_view reason;  // why it has no effect
};

std::span<const VllmFlag> vllm_flags_without_effect();

/// Nothing if the flag is not in the list.
const VllmFlag* find_vllm_flag(std::string_view name);

}  // namespace falconet
