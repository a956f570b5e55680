// Finds added tokens ("<think>", "<|im_end|>") in text, before it is cut into words.
#pragma once

#include <bitset>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong_id.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/word_scanner.h"

namespace falconet {

/// Flags as in tokenizer.json.
struct AddedToken {
  TokenId id;
  std::string text;
  bool is_special = false;
  bool is_normalized = false;   // looked for in the normalized text, itself normalized
  bool strips_left = false;     // swallows the white space before it
  bool strips_right = false;    // and after it
  bool is_single_word = false;  // not as a part of a longer word
};

/// A set of tokens to look for in one kind of text.
class TokenFinder {
 public:
  void add(AddedToken token);

  struct Hit {
    TextSpan span;
    TokenId id;
  };

  /// The leftmost token that begins at or after `from`, the longest where several do. With
  /// ParseSpecial::No special tokens are not seen. A span may reach back over white space, but not
  /// before `from`.
  std::optional<Hit> find(std::string_view text, std::size_t from, ParseSpecial parse) const;

  bool is_empty() const { return by_text_.empty(); }

 private:
  const AddedToken* longest_at(std::string_view text, std::size_t place, ParseSpecial parse) const;

  std::map<std::string, AddedToken, std::less<>> by_text_;
  std::vector<std::size_t> sizes_;        // of the texts, longest first, each once
  std::bitset<1 << 16> first_two_bytes_;  // that some token begins with
  std::bitset<256> first_bytes_;
};

}  // namespace falconet
