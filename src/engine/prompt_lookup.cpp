#include "engine/prompt_lookup.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace falconet {
namespace {

constexpr std::size_t kMinBuckets = 1u << 10;
constexpr std::size_t kMaxBuckets = 1u << 16;

// Of a text after the first call, in tokens; beyond it memory grows as it is needed.
constexpr std::size_t kUsualGrowth = 1024;

}  // namespace

PromptLookup::PromptLookup(std::size_t min_match, std::size_t max_match)
    : min_match_(min_match), max_match_(max_match) {
  CHECK(min_match >= 2 && min_match <= max_match);
}

// Knuth's multiplicative hash of both ids.
std::size_t PromptLookup::bucket(TokenId first, TokenId second) const {
  const std::uint64_t pair = (std::uint64_t{static_cast<std::uint32_t>(first.value)} << 32) |
                             static_cast<std::uint32_t>(second.value);
  return (pair * 0x9E3779B97F4A7C15u) >> (64 - std::countr_zero(last_.size()));
}

void PromptLookup::index(std::span<const TokenId> tokens) {
  if (last_.empty()) {
    last_.resize(std::clamp(std::bit_ceil(tokens.size()), kMinBuckets, kMaxBuckets), kNone);
    earlier_.reserve(tokens.size() + kUsualGrowth);
  }
  // The pair at the very end is left for the next call: nothing follows it yet.
  for (std::size_t next = earlier_.size(); next < tokens.size(); ++next) {
    if (next < 2) {
      earlier_.push_back(kNone);
      continue;
    }
    std::int32_t& last = last_[bucket(tokens[next - 2], tokens[next - 1])];
    earlier_.push_back(last);
    last = static_cast<std::int32_t>(next);
  }
}

// Tokens before `next` that equal those at the end, up to max_match_.
std::size_t PromptLookup::agreement(std::span<const TokenId> tokens, std::size_t next) const {
  const std::size_t most = std::min(max_match_, next);
  std::size_t count = 0;
  while (count < most && tokens[next - 1 - count] == tokens[tokens.size() - 1 - count]) ++count;
  return count;
}

PromptLookup::Match PromptLookup::find(std::span<const TokenId> tokens) {
  index(tokens);
  Match best;
  if (tokens.size() < 2) return best;
  std::int32_t next = last_[bucket(tokens[tokens.size() - 2], tokens.back())];
  for (std::size_t i = 0; i < kMaxPlaces && next != kNone; ++i) {
    const auto place = static_cast<std::size_t>(next);
    const std::size_t count = agreement(tokens, place);
    if (count >= min_match_ && count > best.num_tokens) best = {place, count};
    if (best.num_tokens == max_match_) break;
    next = earlier_[place];
  }
  return best;
}

void copy_continuation(std::span<const TokenId> tokens, const PromptLookup::Match& match,
                       std::size_t count, std::vector<TokenId>& draft) {
  draft.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t position = match.next + i;
    draft.push_back(position < tokens.size() ? tokens[position] : draft[position - tokens.size()]);
  }
}

}  // namespace falconet
