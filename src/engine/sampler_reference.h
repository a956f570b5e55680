// The sampler's plain twin: sorts everything, in double precision; what tests compare with.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "engine/penalties.h"
#include "engine/sampling_params.h"

namespace falconet {

class ReferenceSampler {
 public:
  /// Probabilities of the tokens that may be drawn.
  static std::map<TokenId, double> distribution(std::vector<double> logits, const History& history,
                                                const SamplingParams& params, bool apply_xtc) {
    penalize(history, params, logits);
    repeat_penalty(history.tokens, params.dry, logits);
    for (const auto& [id, bias] : params.logit_bias) logits[index(id)] += double{bias};
    const double max = *std::ranges::max_element(logits);
    Probabilities all;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      all.push_back({std::exp((logits[i] - max) / double{params.temperature}),
                     TokenId{static_cast<std::int32_t>(i)}});
    }
    normalize(all);
    if (params.top_k > 0) all.resize(std::min(all.size(), params.top_k));
    normalize(all);
    if (params.typical_p < 1) all = typical(all, double{params.typical_p});
    normalize(all);
    if (params.top_p < 1) all = nucleus(all, double{params.top_p});
    normalize(all);
    const double floor = double{params.min_p} * all.front().probability;
    std::erase_if(all, [&](const Entry& e) { return e.probability < floor; });
    normalize(all);
    if (apply_xtc) all = without_top(all, double{params.xtc_threshold});
    normalize(all);
    std::map<TokenId, double> result;
    for (const Entry& entry : all) result[entry.id] = entry.probability;
    return result;
  }

 private:
  struct Entry {
    double probability = 0;
    TokenId id;
  };
  using Probabilities = std::vector<Entry>;  // most likely first, lower id first among equals

  static std::size_t index(TokenId id) { return static_cast<std::size_t>(id.value); }

  static void normalize(Probabilities& all) {
    double sum = 0;
    for (const Entry& entry : all) sum += entry.probability;
    for (Entry& entry : all) entry.probability /= sum;
    std::ranges::stable_sort(all, [](const Entry& a, const Entry& b) {
      return a.probability != b.probability ? a.probability > b.probability : a.id < b.id;
    });
  }

  static void penalize(const History& history, const SamplingParams& params,
                       std::vector<double>& logits) {
    for (const TokenId id : std::set<TokenId>(history.tokens.begin(), history.tokens.end())) {
      double& logit = logits[index(id)];
      const double r = double{params.repetition_penalty};
      logit = logit > 0 ? logit / r : logit * r;
      const auto count = std::ranges::count(history.output(), id);
      logit -= double{params.frequency_penalty} * static_cast<double>(count);
      if (count > 0) logit -= double{params.presence_penalty};
    }
  }

  // Straight from the definition: for every next token, the longest text that would be repeated.
  static void repeat_penalty(std::span<const TokenId> all, const DryParams& dry,
                             std::vector<double>& logits) {
    if (dry.multiplier == 0) return;
    const std::set<TokenId> breakers(dry.breakers.begin(), dry.breakers.end());
    std::map<TokenId, std::size_t> longest;
    for (std::size_t next = 1; next < all.size(); ++next) {
      if (breakers.contains(all[next])) continue;
      for (std::size_t length = 1; length <= std::min<std::size_t>(next, 50); ++length) {
        const auto earlier = all.subspan(next - length, length);
        const auto end = all.last(length);
        const bool is_broken =
            std::ranges::any_of(end, [&](TokenId id) { return breakers.contains(id); });
        if (is_broken || !std::ranges::equal(earlier, end)) break;
        longest[all[next]] = std::max(longest[all[next]], length);
      }
    }
    for (const auto& [id, length] : longest) {
      if (length < dry.allowed_length) continue;
      const auto excess = static_cast<double>(length - dry.allowed_length);
      logits[index(id)] -= double{dry.multiplier} * std::pow(double{dry.base}, excess);
    }
  }

  static Probabilities take_mass(const Probabilities& all, double mass) {
    Probabilities kept;
    double sum = 0;
    for (const Entry& entry : all) {
      if (sum >= mass) break;
      kept.push_back(entry);
      sum += entry.probability;
    }
    return kept;
  }

  static Probabilities nucleus(const Probabilities& all, double mass) {
    return take_mass(all, mass);
  }

  static Probabilities typical(Probabilities all, double mass) {
    double entropy = 0;
    for (const Entry& e : all) entropy -= e.probability * std::log(e.probability);
    const auto distance = [&](const Entry& e) {
      return std::abs(-std::log(e.probability) - entropy);
    };
    std::ranges::stable_sort(
        all, [&](const Entry& a, const Entry& b) { return distance(a) < distance(b); });
    return take_mass(all, mass);
  }

  static Probabilities without_top(const Probabilities& all, double threshold) {
    const auto num_top = static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const Entry& entry) { return entry.probability >= threshold; }));
    if (num_top < 2) return all;
    return {all.begin() + static_cast<std::ptrdiff_t>(num_top) - 1, all.end()};
  }
};

}  // namespace falconet
