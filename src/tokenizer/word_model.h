// What turns one word of pre-tokenized text into ids: BPE or WordPiece.
#pragma once

#include <string_view>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

/// Immutable and safe to share between threads.
class WordModel {
 public:
  virtual ~WordModel() = default;

  /// Appends the ids of a word. The word may hold any bytes.
  virtual void encode(std::string_view word, std::vector<TokenId>& out) const = 0;
};

}  // namespace falconet
