#include "engine/filters.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/exponentials.h"

namespace falconet {
namespace {

bool is_likelier(const Candidate& a, const Candidate& b) {
  return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
}

// Keeps the fewest first ones, in the order of `is_before`, whose weights sum up to `mass`; at
// least one. A selection by halves, so that a flat distribution need not be sorted.
template <class Order>
void keep_mass(double mass, std::vector<Candidate>& candidates, const Order& is_before) {
  constexpr std::ptrdiff_t kSmall = 64;
  auto begin = candidates.begin();  // everything before it is kept
  auto end = candidates.end();      // nothing from here on is
  double sum = 0;                   // of what is before `begin`
  while (end - begin > kSmall) {
    const auto middle = begin + (end - begin) / 2;
    std::nth_element(begin, middle, end, is_before);
    const double half = sum_weights({begin, middle});
    if (sum + half >= mass) {
      end = middle;
    } else {
      sum += half;
      begin = middle;
    }
  }
  std::sort(begin, end, is_before);
  while (begin != end && sum < mass) sum += (begin++)->weight;
  candidates.erase(std::max(begin, candidates.begin() + 1), candidates.end());
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
  exp_below(logits, max, 1.0f / temperature, weights);
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
  double log_sum = 0;
  for (const Candidate& candidate : candidates) {
    log_sum += static_cast<double>(candidate.weight) * std::log(candidate.weight);
  }
  // entropy = log(total) − log_sum / total, so this weight's surprise equals it. The distance of
  // two surprises is the logarithm of the weights' ratio, whose order is the ratio's.
  const auto typical = static_cast<float>(std::exp(log_sum / total));
  const auto distance = [typical](const Candidate& candidate) {
    return std::max(candidate.weight / typical, typical / candidate.weight);
  };
  keep_mass(static_cast<double>(mass) * total, candidates,
            [&](const Candidate& a, const Candidate& b) {
              const float da = distance(a);
              const float db = distance(b);
              return da != db ? da < db : is_likelier(a, b);
            });
}

void keep_top_p(float mass, double total_weight, std::vector<Candidate>& candidates) {
  if (mass >= 1 || candidates.empty()) return;
  keep_mass(static_cast<double>(mass) * total_weight, candidates, is_likelier);
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
