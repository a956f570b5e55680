// Chooses the next token of one sequence from its logits.
//
// In this order: repetition, frequency and presence penalties; DRY; logit bias; bad words and other
// forbidden tokens, those that a grammar refuses among them; temperature; top-k; typical; top-p;
// min-p; XTC. Each filter sees the tokens that the one before left, renormalised. (vLLM's order
// where it has the filter, llama.cpp's for the rest, but with the temperature in front of all
// filters.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/filters.h"
#include "engine/penalties.h"
#include "engine/sampling_params.h"

namespace falconet {

/// Temperatures below this are greedy: 1/t would take logits out of the range of f32.
constexpr float kMinTemperature = 1e-4f;

struct SampleInput {
  std::span<const float> logits;  // [vocab_size], as the model gave them
  History history;
  std::span<const TokenId> forbidden;           // in this step
  std::span<const std::uint64_t> allowed = {};  // bits of the tokens allowed; empty: all
  int choice = 0;
};

/// Holds scratch of a few vocabularies' size; one thread at a time may use it.
class Sampler {
 public:
  explicit Sampler(std::size_t vocab_size);

  /// Depends on the input and the params alone: the random numbers are a function of the seed, the
  /// choice and the number of output tokens. Nothing if no logit is finite.
  std::optional<TokenId> sample(const SampleInput& input, const SamplingParams& params);

  /// The tokens among which sample() draws, with their weights; `random` decides about XTC.
  /// For tests, and for checking drafts. Not for greedy params.
  std::span<const Candidate> distribution(const SampleInput& input, const SamplingParams& params);

 private:
  std::span<const float> edit(const SampleInput& input, const SamplingParams& params);
  void filter(const SamplingParams& params, double total, double uniform);

  std::vector<float> edited_;          // [vocab_size]
  std::vector<float> weights_;         // [vocab_size]
  std::vector<std::uint32_t> counts_;  // [vocab_size], zero between calls
  std::vector<Candidate> candidates_;  // room for vocab_size
};

/// Uniform in [0, 1), 53 bits: a function of its arguments alone (counter-based, as Salmon et al.
/// 2011, with SplitMix64 as the mixing function).
enum class Draw : std::uint64_t { Token, ExcludeTop };
double uniform_at(std::uint64_t seed, int choice, std::size_t position, Draw draw);

}  // namespace falconet
