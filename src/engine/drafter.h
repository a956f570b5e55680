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

enum class DraftSource { Text, TextAndModel };

class Drafter {
 public:
  Drafter(const SpeculationOptions& options, DraftSource source)
      : lookup_(options.prompt_lookup_min, options.prompt_lookup_max),
        copied_length_(options.num_speculative_tokens),
        model_length_(options.num_speculative_tokens),
        long_match_(options.prompt_lookup_max),
        source_(source) {}

  /// Into `draft`, whose content goes: what may follow `tokens`, `max_tokens` at most. They begin
  /// with those of the call before. With a model, only long agreements are copied, and elsewhere as
  /// many kOpenToken stand as it may say.
  void propose(std::span<const TokenId> tokens, std::size_t max_tokens,
               std::vector<TokenId>& draft);

  /// Of a draft's `num_drafted` > 0 tokens the first `num_accepted` came out.
  void observe(std::size_t num_drafted, std::size_t num_accepted) {
    (is_copied_ ? copied_length_ : model_length_).observe(num_drafted, num_accepted);
  }

 private:
  PromptLookup lookup_;
  DraftLength copied_length_;
  DraftLength model_length_;
  std::size_t long_match_;
  DraftSource source_;
  bool is_copied_ = true;  // the last draft
};

}  // namespace falconet
