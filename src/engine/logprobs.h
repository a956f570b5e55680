// Log-probabilities of tokens as the model gave them, before any penalty, filter or temperature.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/strong_id.h"
#include "engine/token_stream.h"

namespace falconet {

/// log Σ exp(logits), with an error below 10⁻⁶.
double log_sum_exp(std::span<const float> logits);

/// The token's log-softmax, and the `num_top` most likely ones (among equals the lower id first).
struct Logprobs {
  float logprob = 0;
  std::vector<ScoredToken> top;
};
Logprobs logprobs_of(std::span<const float> logits, TokenId token, std::size_t num_top);

}  // namespace falconet
