#include "engine/logprobs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/exponentials.h"

namespace falconet {
namespace {

// In a heap ordered by this the least likely of those kept is in front.
bool has_larger_logprob(const ScoredToken& a, const ScoredToken& b) {
  return a.logprob != b.logprob ? a.logprob > b.logprob : a.id < b.id;
}

}  // namespace

double log_sum_exp(std::span<const float> logits) {
  const float max = max_of(logits);
  std::array<float, 256> part;  // the exponentials are needed in sum only
  double sum = 0;
  while (!logits.empty()) {
    const auto values = logits.first(std::min(part.size(), logits.size()));
    const std::span exponentials = std::span(part).first(values.size());
    exp_below(values, max, 1, exponentials);
    sum += sum_of(exponentials);
    logits = logits.subspan(values.size());
  }
  return static_cast<double>(max) + std::log(sum);
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
    std::ranges::push_heap(top, has_larger_logprob);
    if (top.size() <= num_top) continue;
    std::ranges::pop_heap(top, has_larger_logprob);
    top.pop_back();
  }
  std::ranges::sort(top, has_larger_logprob);
  for (ScoredToken& scored : top) scored.logprob = logprob(scored.logprob);
  return result;
}

}  // namespace falconet
