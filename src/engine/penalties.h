// Edits of single logits by what was said before: repetition penalties, bias, bad words, DRY.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/strong_id.h"
#include "engine/sampling_params.h"

namespace falconet {

/// A sequence's tokens as the penalties see them.
struct History {
  std::span<const TokenId> tokens;  // prompt, then output
  std::size_t num_prompt_tokens = 0;

  std::span<const TokenId> output() const { return tokens.subspan(num_prompt_tokens); }
};

/// Repetition penalty r of tokens in prompt or output: l > 0 ? l / r : l · r (Keskar et al. 2019,
/// CTRL, section 4.1; over the prompt too, as in Hugging Face and vLLM). Then, for tokens in the
/// output, − frequency · count − presence (OpenAI's definition).
///   counts  [vocab_size] scratch, all zero before and after
void apply_penalties(const History& history, const SamplingParams& params,
                     std::span<std::uint32_t> counts, std::span<float> logits);

/// DRY (p-e-w, text-generation-webui 2024): for each earlier place where the last tokens stood, the
/// token that followed there loses by the length of the agreement.
///   lengths  [vocab_size] scratch, all zero before and after
void apply_dry(std::span<const TokenId> tokens, const DryParams& params,
               std::span<std::uint32_t> lengths, std::span<float> logits);

void apply_logit_bias(const SamplingParams& params, std::span<float> logits);

/// −∞ for the last token of each bad word whose other tokens end the output.
void mask_bad_words(std::span<const TokenId> output, const SamplingParams& params,
                    std::span<float> logits);

void mask_tokens(std::span<const TokenId> tokens, std::span<float> logits);

/// −∞ for every token whose bit is not set; tokens beyond the bits have none.
void keep_tokens(std::span<const std::uint64_t> bits, std::span<float> logits);

}  // namespace falconet
