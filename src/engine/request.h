// What a caller submits to the engine: token ids and numbers, every default resolved.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "base/strong_id.h"
#include "engine/sampling_params.h"
#include "grammar/grammar.h"

namespace falconet {

/// How reasoning is recognised in token ids, and when it is ended by force.
struct ReasoningParams {
  std::vector<TokenId> open = {};          // begins reasoning; empty if the output cannot
  std::vector<TokenId> close = {};         // ends it
  std::vector<TokenId> forced_close = {};  // what is written when the budget is spent
  std::vector<TokenId> separator = {};     // what is written after the model's own closing
  bool starts_inside = false;              // the prompt ends in reasoning
  std::optional<std::size_t> budget = {};  // reasoning tokens at most
};

/// Of EngineRequest::max_tokens.
constexpr std::size_t kAsManyTokensAsFit = std::numeric_limits<std::size_t>::max();

struct EngineRequest {
  std::vector<TokenId> prompt = {};
  SamplingParams sampling = {};
  int num_choices = 1;
  std::size_t max_tokens = 16;
  std::size_t min_tokens = 0;             // neither end nor stop tokens before
  std::vector<TokenId> end_tokens = {};   // the model's own: EOS, end of turn
  std::vector<TokenId> stop_tokens = {};  // the caller's
  bool ignore_eos = false;                // end tokens are tokens like any other
  bool detect_loops = false;
  std::optional<ReasoningParams> reasoning = {};
  Grammar::Pointer grammar = {};  // of the answer; with a vocabulary. Null: free
  /// What the grammar leaves no choice about is appended without being drawn: no logprobs of it, no
  /// bias and no bad words.
  bool skips_forced_text = false;
  std::optional<std::size_t> num_top_logprobs = {};
  std::optional<std::size_t> num_prompt_logprobs = {};
  int priority = 0;           // lower is sooner
  Digest128 client = {};      // whose it is: the machine is shared fairly between clients
  Digest128 cache_salt = {};  // what it computes is found again under the same salt alone
};

}  // namespace falconet
