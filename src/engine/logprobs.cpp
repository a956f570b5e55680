#include "engine/logprobs.h"

#include <algorithm>
#include <cmath>

namespace falconet {
namespace {

// In a heap ordered by this the least likely of those kept is in front.
bool is_likelier(const ScoredToken& a, const ScoredToken& b) {
  return a.logprob != b.logprob ? a.logprob > b.logprob : a.id < b.id;
}

}  // namespace

double log_sum_exp(std::span<const float> logits) {
  const double max = std::ranges::max(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - max);
  return max + std::log(sum);
}

Logprobs logprobs_of(std::span<const float> logits, TokenId token, std::size_t num_top) {
  const double norm = log_sum_exp(logits);
  const auto logprob = [&](float logit) {
    return static_cast<float>(static_cast<double>(logit) - norm);
  };
  Logprobs result{.logprob = logprob(logits[static_cast<std::size_t>(token.value)]), .top = {}};
  std::vector<ScoredToken>& top = result.top;
  top.reserve(num_top + 1);
  for (std::size_t i = 0; i < logits.size() && num_top > 0; ++i) {
    if (top.size() == num_top && logits[i] <= top.front().logprob) continue;
    top.push_back({{static_cast<std::int32_t>(i)}, logits[i]});
    std::ranges::push_heap(top, is_likelier);
    if (top.size() <= num_top) continue;
    std::ranges::pop_heap(top, is_likelier);
    top.pop_back();
  }
  std::ranges::sort(top, is_likelier);
  for (ScoredToken& scored : top) scored.logprob = logprob(scored.logprob);
  return result;
}

}  // namespace falconet
