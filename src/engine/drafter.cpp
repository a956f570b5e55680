#include "engine/drafter.h"

#include <algorithm>

#include "engine/sequence.h"

namespace falconet {

void Drafter::propose(std::span<const TokenId> tokens, std::size_t max_tokens,
                      std::vector<TokenId>& draft) {
  draft.clear();
  const PromptLookup::Match match = lookup_.find(tokens);
  const bool is_long = match.num_tokens == long_match_;
  is_copied_ = source_ == DraftSource::Text || is_long;
  if (!is_copied_) {
    draft.assign(std::min(model_length_.next(/*is_long_match=*/false), max_tokens), kOpenToken);
  } else if (match.num_tokens > 0) {
    const std::size_t length = copied_length_.next(is_long);
    copy_continuation(tokens, match, std::min(length, max_tokens), draft);
  }
}

}  // namespace falconet
