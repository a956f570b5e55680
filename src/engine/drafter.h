// Guesses how one sequence goes on.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/strong_id.h"
#include "engine/draft_length.h"
#include "engine/prompt_lookup.h"
#include "engine/speculation_options.h"

namespace falconet {

class Drafter {
 public:
  explicit Drafter(const SpeculationOptions& options)
      : lookup_(options.prompt_lookup_min, options.prompt_lookup_max),
        length_(options.num_speculative_tokens),
        long_match_(options.prompt_lookup_max) {}

  /// Into `draft`, whose content goes: what may follow `tokens`, `max_tokens` at most. They begin
  /// with those of the call before.
  void propose(std::span<const TokenId> tokens, std::size_t max_tokens,
               std::vector<TokenId>& draft);

  /// Of a draft's `num_drafted` > 0 tokens the first `num_accepted` came out.
  void observe(std::size_t num_drafted, std::size_t num_accepted) {
    length_.observe(num_drafted, num_accepted);
  }

 private:
  PromptLookup lookup_;
  DraftLength length_;
  std::size_t long_match_;
};

}  // namespace falconet
