#include "engine/filters.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace falconet {
namespace {

constexpr float kMinExponent = -40.0f;

// eˣ for x in [kMinExponent, 0] with a relative error below 4·10⁻⁷, and no branch or call, so that
// compilers vectorise loops of it. x = n·ln 2 + r with |r| ≤ ln 2 / 2, e^r by its Taylor series.
inline float exp_of_negative(float x) {
  constexpr float kInverseLn2 = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // 9 bits, so that n · high is exact
  constexpr float kLn2Low = -2.12194440e-4f;
  const auto n = static_cast<std::int32_t>(x * kInverseLn2 - 0.5f);  // rounds, since x ≤ 0
  const auto n_float = static_cast<float>(n);
  const float r = (x - n_float * kLn2High) - n_float * kLn2Low;
  float series = 1.0f / 720;
  series = series * r + 1.0f / 120;
  series = series * r + 1.0f / 24;
  series = series * r + 1.0f / 6;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  series = series * r + 1.0f;
  return series * std::bit_cast<float>((n + 127) << 23);
}

// Eight running values instead of one, since a chain of dependent operations is what takes time.
constexpr std::size_t kLanes = 8;

float max_of(std::span<const float> values) {
  std::array<float, kLanes> lanes;
  lanes.fill(-std::numeric_limits<float>::infinity());
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = values[i + lane] > lanes[lane] ? values[i + lane] : lanes[lane];
    }
  }
  for (; i < values.size(); ++i) lanes[0] = values[i] > lanes[0] ? values[i] : lanes[0];
  return *std::ranges::max_element(lanes);
}

double sum_of(std::span<const float> values) {
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += values[i + lane];
  }
  for (; i < values.size(); ++i) lanes[0] += values[i];
  return std::accumulate(lanes.begin(), lanes.end(), 0.0);
}

bool is_likelier(const Candidate& a, const Candidate& b) {
  return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
}

// Weights in (0, 1] by exponent and three bits of mantissa: a histogram that finds a threshold
// without sorting. A positive float's bits are in order of its value.
constexpr int kBucketShift = 20;
constexpr std::size_t kNumBuckets = (std::bit_cast<std::uint32_t>(1.0f) >> kBucketShift) + 1;

std::size_t bucket_of(float weight) { return std::bit_cast<std::uint32_t>(weight) >> kBucketShift; }

// The lower end of the highest bucket down to which there are `count` tokens or `weight` in sum.
float find_threshold(std::span<const float> weights, std::size_t count, double weight) {
  std::array<std::uint32_t, kNumBuckets> counts{};
  std::array<double, kNumBuckets> sums{};
  for (const float w : weights) {
    ++counts[bucket_of(w)];
    sums[bucket_of(w)] += w;
  }
  std::size_t num_above = 0;
  double weight_above = 0;
  for (std::size_t bucket = kNumBuckets; bucket-- > 1;) {
    num_above += counts[bucket];
    weight_above += sums[bucket];
    if (num_above >= count || weight_above >= weight) {
      return std::bit_cast<float>(static_cast<std::uint32_t>(bucket << kBucketShift));
    }
  }
  return 0;
}

}  // namespace

double weigh(std::span<const float> logits, float temperature, std::span<float> weights) {
  const float max = max_of(logits);
  if (!std::isfinite(max)) {
    std::ranges::fill(weights, 0.0f);
    return 0;
  }
  const float scale = 1.0f / temperature;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float x = (logits[i] - max) * scale;
    const bool counts = x >= kMinExponent;  // false for NaN too
    weights[i] = counts ? exp_of_negative(counts ? x : 0.0f) : 0.0f;
  }
  return sum_of(weights);
}

void collect_candidates(std::span<const float> weights, double total_weight,
                        const SamplingParams& params, std::vector<Candidate>& candidates) {
  float threshold = std::numeric_limits<float>::min();
  if (params.top_k > 0 && params.top_k < weights.size()) {
    threshold = std::max(
        threshold, find_threshold(weights, params.top_k, std::numeric_limits<double>::infinity()));
  } else if (params.typical_p < 1) {
    // Even the most likely tokens may go, so all others are needed.
  } else if (params.top_p < 1) {
    // The margin covers sums that are rounded in another order.
    const double wanted = total_weight * static_cast<double>(params.top_p) * (1 + 1e-9);
    threshold = std::max(threshold, find_threshold(weights, weights.size() + 1, wanted));
  } else {
    threshold = std::max(threshold, params.min_p);
  }
  candidates.clear();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] >= threshold) {
      candidates.push_back({{static_cast<std::int32_t>(i)}, weights[i]});
    }
  }
}

void keep_top_k(std::size_t k, std::vector<Candidate>& candidates) {
  if (k == 0 || k >= candidates.size()) return;
  const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(k);
  std::ranges::nth_element(candidates, end, is_likelier);
  candidates.erase(end, candidates.end());
}

void keep_typical(float mass, std::vector<Candidate>& candidates) {
  if (mass >= 1 || candidates.empty()) return;
  const double total = sum_weights(candidates);
  double entropy = 0;
  for (const Candidate& candidate : candidates) {
    const double p = static_cast<double>(candidate.weight) / total;
    entropy -= p * std::log(p);
  }
  // The weight whose surprise equals the entropy; distances are compared in the logarithm.
  const auto typical_log = static_cast<float>(std::log(total) - entropy);
  const auto distance = [typical_log](const Candidate& candidate) {
    return std::abs(std::log(candidate.weight) - typical_log);
  };
  std::ranges::sort(candidates, [&](const Candidate& a, const Candidate& b) {
    const float da = distance(a);
    const float db = distance(b);
    return da != db ? da < db : is_likelier(a, b);
  });
  double sum = 0;
  std::size_t num_kept = 0;
  while (num_kept < candidates.size() && sum < static_cast<double>(mass) * total) {
    sum += candidates[num_kept++].weight;
  }
  candidates.resize(std::max<std::size_t>(num_kept, 1));
}

void keep_top_p(float mass, double total_weight, std::vector<Candidate>& candidates) {
  if (mass >= 1 || candidates.empty()) return;
  std::ranges::sort(candidates, is_likelier);
  double sum = 0;
  std::size_t num_kept = 0;
  while (num_kept < candidates.size() && sum < static_cast<double>(mass) * total_weight) {
    sum += candidates[num_kept++].weight;
  }
  candidates.resize(std::max<std::size_t>(num_kept, 1));
}

void keep_min_p(float fraction, std::vector<Candidate>& candidates) {
  if (fraction <= 0 || candidates.empty()) return;
  const float top = std::ranges::max(candidates, {}, &Candidate::weight).weight;
  std::erase_if(candidates, [&](const Candidate& c) { return c.weight < fraction * top; });
}

void exclude_top_choices(float threshold, std::vector<Candidate>& candidates) {
  const double min_weight = static_cast<double>(threshold) * sum_weights(candidates);
  const auto is_top = [&](const Candidate& c) {
    return static_cast<double>(c.weight) >= min_weight;
  };
  const Candidate* least = nullptr;
  for (const Candidate& candidate : candidates) {
    if (is_top(candidate) && (least == nullptr || is_likelier(*least, candidate))) {
      least = &candidate;
    }
  }
  if (least == nullptr) return;
  const TokenId kept = least->id;
  std::erase_if(candidates, [&](const Candidate& c) { return is_top(c) && c.id != kept; });
}

double sum_weights(std::span<const Candidate> candidates) {
  double sum = 0;
  for (const Candidate& candidate : candidates) sum += candidate.weight;
  return sum;
}

}  // namespace falconet
