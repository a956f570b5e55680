#include "engine/drafter.h"

#include <algorithm>

namespace falconet {

void Drafter::propose(std::span<const TokenId> tokens, std::size_t max_tokens,
                      std::vector<TokenId>& draft) {
  draft.clear();
  const PromptLookup::Match match = lookup_.find(tokens);
  if (match.num_tokens == 0) return;
  const std::size_t length = length_.next(match.num_tokens == long_match_);
  copy_continuation(tokens, match, std::min(length, max_tokens), draft);
}

}  // namespace falconet
