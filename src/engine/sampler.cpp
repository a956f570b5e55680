#include "engine/sampler.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/random.h"
#include "engine/exponentials.h"

namespace falconet {
namespace {

bool has_penalties(const SamplingParams& params) {
  return params.repetition_penalty != 1 || params.presence_penalty != 0 ||
         params.frequency_penalty != 0;
}

bool has_filters(const SamplingParams& params) {
  return params.top_k > 0 || params.typical_p < 1 || params.top_p < 1 || params.min_p > 0 ||
         params.xtc_probability > 0;
}

std::optional<TokenId> most_likely(std::span<const float> logits) {
  const float max = max_of(logits);
  const auto found = std::ranges::find(logits, max);
  if (!std::isfinite(max) || found == logits.end()) return std::nullopt;
  return TokenId{static_cast<std::int32_t>(found - logits.begin())};
}

std::optional<TokenId> draw_from(std::span<const Candidate> candidates, double uniform) {
  const double target = uniform * sum_weights(candidates);
  double sum = 0;
  for (const Candidate& candidate : candidates) {
    sum += candidate.weight;
    if (sum > target) return candidate.id;
  }
  if (candidates.empty()) return std::nullopt;
  return candidates.back().id;  // the target was rounded up to the sum
}

}  // namespace

double uniform_at(std::uint64_t seed, int choice, std::size_t position, Draw draw) {
  std::uint64_t state = seed;
  state = split_mix(state) ^ static_cast<std::uint64_t>(choice);
  state = split_mix(state) ^ static_cast<std::uint64_t>(position);
  state = split_mix(state) ^ static_cast<std::uint64_t>(draw);
  return static_cast<double>(split_mix(state) >> 11) * 0x1.0p-53;
}

Sampler::Sampler(std::size_t vocab_size)
    : edited_(vocab_size), weights_(vocab_size), counts_(vocab_size, 0) {
  candidates_.reserve(vocab_size);
}

std::span<const float> Sampler::edit(const SampleInput& input, const SamplingParams& params) {
  CHECK(input.logits.size() == edited_.size());
  const bool has_dry = params.dry.multiplier > 0;
  if (!has_penalties(params) && !has_dry && params.logit_bias.empty() && params.bad_words.empty() &&
      input.forbidden.empty() && input.allowed.empty()) {
    return input.logits;
  }
  std::ranges::copy(input.logits, edited_.begin());
  if (has_penalties(params)) apply_penalties(input.history, params, counts_, edited_);
  if (has_dry) apply_dry(input.history.tokens, params.dry, counts_, edited_);
  apply_logit_bias(params, edited_);
  mask_bad_words(input.history.output(), params, edited_);
  mask_tokens(input.forbidden, edited_);
  if (!input.allowed.empty()) keep_tokens(input.allowed, edited_);
  return edited_;
}

std::optional<TokenId> Sampler::sample(const SampleInput& input, const SamplingParams& params) {
  const std::span<const float> logits = edit(input, params);
  if (params.temperature < kMinTemperature) return most_likely(logits);
  const double total = weigh(logits, params.temperature, weights_);
  if (total <= 0) return std::nullopt;
  const std::size_t position = input.history.output().size();
  const double uniform = uniform_at(params.seed, input.choice, position, Draw::Token);
  if (!has_filters(params)) {
    const std::size_t drawn = find_in_sum(weights_, uniform * total);
    return TokenId{static_cast<std::int32_t>(drawn)};
  }
  filter(params, total, uniform_at(params.seed, input.choice, position, Draw::ExcludeTop));
  return draw_from(candidates_, uniform);
}

std::span<const Candidate> Sampler::distribution(const SampleInput& input,
                                                 const SamplingParams& params) {
  const double total = weigh(edit(input, params), params.temperature, weights_);
  const std::size_t position = input.history.output().size();
  filter(params, total, uniform_at(params.seed, input.choice, position, Draw::ExcludeTop));
  return candidates_;
}

void Sampler::filter(const SamplingParams& params, double total, double uniform) {
  collect_candidates(weights_, total, params, candidates_);
  keep_top_k(params.top_k, candidates_);
  keep_typical(params.typical_p, candidates_);
  // Where nothing was filtered yet, the candidates are only the top of all tokens.
  const bool is_whole = params.top_k == 0 && params.typical_p >= 1;
  keep_top_p(params.top_p, is_whole ? total : sum_weights(candidates_), candidates_);
  keep_min_p(params.min_p, candidates_);
  if (uniform < static_cast<double>(params.xtc_probability)) {
    exclude_top_choices(params.xtc_threshold, candidates_);
  }
}

}  // namespace falconet
