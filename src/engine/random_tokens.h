// What several tests of the engine draw: tokens of no meaning.
#pragma once

#include <vector>

#include "base/random.h"
#include "base/strong_id.h"

namespace falconet {

inline std::vector<TokenId> random_tokens(std::size_t count, std::size_t vocab, Random& random) {
  std::vector<TokenId> tokens(count);
  for (TokenId& token : tokens) token = {static_cast<std::int32_t>(random.below(vocab))};
  return tokens;
}

}  // namespace falconet
