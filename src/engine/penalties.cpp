#include "engine/penalties.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace falconet {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

// Agreements are followed this far: with the default base the penalty is 10¹¹ by then.
constexpr std::size_t kMaxDryLength = 50;

std::size_t index_of(TokenId token) { return static_cast<std::size_t>(token.value); }

bool is_breaker(const DryParams& params, TokenId token) {
  return std::ranges::binary_search(params.breakers, token);
}

// Tokens that agree, going back from tokens[end] and from the last token; breakers end it.
std::size_t agreement(std::span<const TokenId> tokens, std::size_t end, const DryParams& params) {
  const std::size_t last = tokens.size() - 1;
  std::size_t length = 0;
  while (length <= end && length < kMaxDryLength && tokens[end - length] == tokens[last - length] &&
         !is_breaker(params, tokens[end - length])) {
    ++length;
  }
  return length;
}

}  // namespace

void apply_penalties(const History& history, const SamplingParams& params,
                     std::span<std::uint32_t> counts, std::span<float> logits) {
  constexpr std::uint32_t kInPrompt = 1u << 31;
  for (const TokenId token : history.tokens.first(history.num_prompt_tokens)) {
    counts[index_of(token)] = kInPrompt;
  }
  for (const TokenId token : history.output()) ++counts[index_of(token)];
  for (const TokenId token : history.tokens) {
    std::uint32_t& seen = counts[index_of(token)];
    if (seen == 0) continue;  // done already
    float& logit = logits[index_of(token)];
    logit = logit > 0 ? logit / params.repetition_penalty : logit * params.repetition_penalty;
    const std::uint32_t num_in_output = seen & ~kInPrompt;
    if (num_in_output > 0) {
      logit -= params.frequency_penalty * static_cast<float>(num_in_output);
      logit -= params.presence_penalty;
    }
    seen = 0;
  }
}

void apply_dry(std::span<const TokenId> tokens, const DryParams& params,
               std::span<std::uint32_t> lengths, std::span<float> logits) {
  if (params.penalty_last_n >= 0) {
    const auto last_n = static_cast<std::size_t>(params.penalty_last_n);
    tokens = tokens.last(std::min(tokens.size(), last_n));
  }
  if (tokens.empty() || is_breaker(params, tokens.back())) return;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i] != tokens.back() || is_breaker(params, tokens[i + 1])) continue;
    std::uint32_t& longest = lengths[index_of(tokens[i + 1])];
    longest = std::max(longest, static_cast<std::uint32_t>(agreement(tokens, i, params)));
  }
  for (const TokenId token : tokens) {
    const std::size_t length = std::exchange(lengths[index_of(token)], 0);
    if (length == 0 || length < params.allowed_length) continue;
    const auto excess = static_cast<float>(length - params.allowed_length);
    logits[index_of(token)] -= params.multiplier * std::pow(params.base, excess);
  }
}

void apply_logit_bias(const SamplingParams& params, std::span<float> logits) {
  for (const auto& [token, bias] : params.logit_bias) logits[index_of(token)] += bias;
}

void mask_bad_words(std::span<const TokenId> output, const SamplingParams& params,
                    std::span<float> logits) {
  for (const std::vector<TokenId>& word : params.bad_words) {
    if (word.empty() || word.size() - 1 > output.size()) continue;
    const auto beginning = std::span(word).first(word.size() - 1);
    if (std::ranges::equal(output.last(beginning.size()), beginning)) {
      logits[index_of(word.back())] = kForbidden;
    }
  }
}

void mask_tokens(std::span<const TokenId> tokens, std::span<float> logits) {
  for (const TokenId token : tokens) logits[index_of(token)] = kForbidden;
}

void keep_tokens(std::span<const std::uint64_t> bits, std::span<float> logits) {
  constexpr std::size_t kWordBits = 64;
  for (std::size_t first = 0; first < logits.size(); first += kWordBits) {
    const std::uint64_t word = first / kWordBits < bits.size() ? bits[first / kWordBits] : 0;
    const std::size_t last = std::min(logits.size(), first + kWordBits);
    if (word == 0) {
      std::fill(logits.begin() + static_cast<std::ptrdiff_t>(first),
                logits.begin() + static_cast<std::ptrdiff_t>(last), kForbidden);
      continue;
    }
    for (std::size_t i = first; i < last; ++i) {
      if (((word >> (i - first)) & 1u) == 0) logits[i] = kForbidden;
    }
  }
}

}  // namespace falconet
