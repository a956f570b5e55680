// Finds where the end of a text stood before, and proposes what followed there.
//
// Prompt lookup (Saxena 2023; Yang et al., Inference with Reference, 2023): who edits, quotes or
// summarises says again what was said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

/// Of one text that only grows at its end. Pairs of tokens are chained by hash, as in LZ77 (Ziv and
/// Lempel 1977; the chains are Deflate's): a token is indexed in constant time, and 4 bytes each.
class PromptLookup {
 public:
  // Earlier places looked at: enough for a pair that is frequent in a long text. A few
  // microseconds.
  static constexpr std::size_t kMaxPlaces = 256;

  /// 2 ≤ min_match ≤ max_match: tokens that must agree, and tokens compared at most.
  PromptLookup(std::size_t min_match, std::size_t max_match);

  /// Where the last tokens of `tokens` stood before: the longest agreement, among equals the last.
  struct Match {
    std::size_t next = 0;        // the position behind the earlier place
    std::size_t num_tokens = 0;  // that agree; 0: nowhere
  };

  /// `tokens` begins with those of the call before.
  Match find(std::span<const TokenId> tokens);

 private:
  void index(std::span<const TokenId> tokens);
  std::size_t bucket(TokenId first, TokenId second) const;
  std::size_t agreement(std::span<const TokenId> tokens, std::size_t next) const;

  static constexpr std::int32_t kNone = -1;

  std::size_t min_match_;
  std::size_t max_match_;
  // By hash of a pair: the position behind its last occurrence. A power of two.
  std::vector<std::int32_t> last_;
  // By the position behind a pair: the same of the one before it in its chain.
  std::vector<std::int32_t> earlier_;
};

/// What followed at `match`, `count` tokens; beyond the end of the text it goes on as a loop would.
void copy_continuation(std::span<const TokenId> tokens, const PromptLookup::Match& match,
                       std::size_t count, std::vector<TokenId>& draft);

}  // namespace falconet
