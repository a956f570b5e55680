// A request's tokens and progress inside the engine; one for each choice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/strong_id.h"
#include "engine/block_pool.h"
#include "engine/fair_share.h"
#include "kernels/attention.h"

namespace falconet {

enum class SequenceState { Waiting, Running, Finished };

/// Tokens at a text's beginning that stay in its context when it slides: attention rests on them
/// (Xiao et al., Efficient Streaming Language Models with Attention Sinks, 2024: four are enough;
/// here it is a block).
constexpr std::size_t kNumSinkTokens = kBlockTokens;

/// In a draft: not known yet.
constexpr TokenId kOpenToken = {};

/// What the scheduler decides by. The engine alone appends tokens and calls advance().
///
/// Its context are its tokens without the `num_dropped` behind the sinks. Positions are places in
/// the context; rotary embedding counts on from the beginning of the text, so that what stays in
/// the cache need not turn when the context slides. The sinks alone do, to stand right in front of
/// it.
struct Sequence {
  explicit Sequence(BlockPool& pool) : blocks(pool) {}

  int choice = 0;
  int priority = 0;           // lower is sooner
  std::uint64_t arrival = 0;  // among equals the earlier is sooner
  std::size_t max_chunk = std::numeric_limits<std::size_t>::max();  // tokens of one step
  // The first choice of the same request, whose prompt blocks this one shares; null for itself.
  const Sequence* leader = nullptr;
  Digest128 client = {};               // whose it is
  Digest128 cache_salt = {};           // its blocks are found under the same salt alone
  bool takes_cached = true;            // false: every position is computed, for what is said of it
  FairShare::Client* share = nullptr;  // its client's; while the scheduler has it

  std::vector<TokenId> tokens;  // prompt, then output
  // A guess at what follows them; its rows are computed if there is room. kOpenToken, and nothing
  // else, if a draft model is to say it.
  std::vector<TokenId> draft;
  std::size_t num_prompt_tokens = 0;
  std::size_t num_dropped = 0;                 // whole blocks of tokens
  std::size_t num_computed = 0;                // positions whose keys and values are in `blocks`
  std::optional<std::size_t> num_cached = {};  // positions it needed not compute when it began
  BlockTable blocks;
  SequenceState state = SequenceState::Waiting;

  /// The keys and values of the next `num_tokens` positions are there.
  void advance(std::size_t num_tokens) {
    num_computed += num_tokens;
    // Behind a gap, keys and values are those of no text that another sequence has.
    if (num_dropped == 0) blocks.publish(tokens, num_computed, cache_salt);
  }

  std::size_t context_size() const { return tokens.size() - num_dropped; }
  TokenId context_token(std::size_t position) const {
    return tokens[position < kNumSinkTokens ? position : position + num_dropped];
  }
  std::size_t num_uncomputed() const { return context_size() - num_computed; }
  std::size_t num_output_tokens() const { return tokens.size() - num_prompt_tokens; }
  std::span<const TokenId> output() const { return std::span(tokens).subspan(num_prompt_tokens); }

  bool is_before(const Sequence& other) const {
    return std::pair(priority, arrival) < std::pair(other.priority, other.arrival);
  }
};

}  // namespace falconet
