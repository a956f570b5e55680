// What the tests of tokenizers share.
#pragma once

#include <vector>

#include "base/json.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

inline std::vector<TokenId> ids_of(const Json& array) {
  std::vector<TokenId> ids;
  for (const Json& id : array) ids.push_back(TokenId{id.get<std::int32_t>()});
  return ids;
}

}  // namespace falconet
