// Which tokens may be chosen: weights of all tokens, and the filters that leave the likely ones.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/strong_id.h"
#include "engine/sampling_params.h"

namespace falconet {

/// A token and its probability relative to the most likely one's.
struct Candidate {
  TokenId id = {};
  float weight = 0;
};

/// weights[i] = exp((logits[i] − max) / temperature), and their sum. The least are 0: see
/// kMinExponent. A sum of 0 says that no logit is finite.
double weigh(std::span<const float> logits, float temperature, std::span<float> weights);

/// Puts into `candidates` every token that the filters of `params` could leave, and as few others
/// as it can tell without sorting; their order is of no account.
void collect_candidates(std::span<const float> weights, double total_weight,
                        const SamplingParams& params, std::vector<Candidate>& candidates);

/// The k most likely; among equals the lower id. 0: all.
void keep_top_k(std::size_t k, std::vector<Candidate>& candidates);

/// Locally typical sampling (Meister et al. 2022): those whose surprise is nearest to the entropy,
/// until their share reaches `mass`.
void keep_typical(float mass, std::vector<Candidate>& candidates);

/// The fewest most likely ones whose share of `total_weight` reaches `mass` (Holtzman et al. 2019).
void keep_top_p(float mass, double total_weight, std::vector<Candidate>& candidates);

/// Those at least `fraction` as likely as the most likely (Nguyen et al. 2024).
void keep_min_p(float fraction, std::vector<Candidate>& candidates);

/// "Exclude top choices" (p-e-w 2024): of the tokens with a share of at least `threshold` only the
/// least likely stays.
void exclude_top_choices(float threshold, std::vector<Candidate>& candidates);

double sum_weights(std::span<const Candidate> candidates);

}  // namespace falconet
