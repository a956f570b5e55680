// How tokens are chosen, with every default resolved: the sampler knows no silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

/// "Don't repeat yourself": a token that would lengthen a repetition of n tokens loses
/// multiplier · base^(n − allowed_length), for n ≥ allowed_length.
struct DryParams {
  float multiplier = 0;  // 0: off
  float base = 1.75f;
  std::size_t allowed_length = 2;
  std::int64_t penalty_last_n = -1;    // tokens looked at; −1: all
  std::vector<TokenId> breakers = {};  // ascending; no repetition reaches across them
};

struct SamplingParams {
  float temperature = 1;  // 0: greedy
  std::size_t top_k = 0;  // 0: off
  float top_p = 1;        // 1: off
  float min_p = 0;        // 0: off
  float typical_p = 1;    // 1: off
  float xtc_probability = 0;
  float xtc_threshold = 0.1f;
  DryParams dry = {};
  float repetition_penalty = 1;  // over prompt and output
  float presence_penalty = 0;    // over the output
  float frequency_penalty = 0;   // over the output
  std::vector<std::pair<TokenId, float>> logit_bias = {};
  std::vector<std::vector<TokenId>> bad_words = {};  // sequences whose last token is refused
  std::uint64_t seed = 0;
};

}  // namespace falconet
