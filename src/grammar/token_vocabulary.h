// A tokenizer's tokens, arranged once for all grammars.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/strong_id.h"
#include "grammar/token_trie.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

/// Immutable and safe to share between threads. Some 10 MB and a tenth of a second for 150,000
/// tokens.
class TokenVocabulary {
 public:
  /// Special tokens take no part in a grammar, except that end tokens end a complete text. The
  /// tokenizer must outlive the vocabulary.
  explicit TokenVocabulary(const Tokenizer& tokenizer);
  /// From the bytes of each id; an empty text is a token that is never allowed.
  TokenVocabulary(std::vector<std::string> token_bytes, std::vector<TokenId> end_tokens);

  /// The tokens that the tokenizer makes of a text in the middle of another; none where the
  /// vocabulary was made without a tokenizer.
  std::vector<TokenId> encode(std::string_view text) const;

  std::size_t size() const { return token_bytes_.size(); }
  /// Empty for ids that take no part.
  std::string_view bytes(TokenId id) const;
  bool is_end(TokenId id) const;
  std::span<const TokenId> end_tokens() const { return end_tokens_; }
  std::size_t max_token_bytes() const { return all_.max_depth(); }

  /// Every token.
  const TokenTrie& all() const { return all_; }

  /// The plain tokens stay inside a JSON string and hold whole characters without escapes. They are
  /// sliced by the characters they are made of, so that a slice can be allowed as a whole.
  struct Slice {
    enum class Characters { Letters, SpacesAndLetters, BeyondAscii, Any };
    Characters characters = Characters::Any;
    TokenTrie trie;
    std::vector<std::uint64_t> mask;
    std::size_t max_characters = 0;  // of a token
  };
  std::span<const Slice> slices() const { return slices_; }
  /// The tokens that are not plain.
  const TokenTrie& rest() const { return rest_; }
  const std::vector<std::uint64_t>& plain_mask() const { return plain_mask_; }
  /// Those of the plain tokens that have at most so many characters.
  std::vector<std::uint64_t> plain_mask_up_to(std::size_t num_characters) const;

  /// From the middle of a JSON string of any text: the tokens that stay in it, and what the others
  /// add after its closing quote.
  const std::vector<std::uint64_t>& inside_string() const { return inside_string_; }
  /// Without the plain tokens that have more characters than so many. The others have at most
  /// max_inside_bytes().
  std::vector<std::uint64_t> inside_string_up_to(std::size_t num_characters) const;
  std::size_t max_inside_bytes() const;
  /// Bytes that a token has at most before such a quote.
  std::size_t max_before_quote() const { return max_before_quote_; }
  const std::shared_ptr<const TokenTrie>& after_string() const { return after_string_; }

 private:
  void arrange();
  void slice(const std::vector<TokenTrie::Entry>& plain);
  void add_string_token(class RegexPool& pool, std::string_view bytes, std::int32_t id,
                        std::vector<TokenTrie::Entry>& suffixes);

  const Tokenizer* tokenizer_ = nullptr;
  std::vector<std::string> token_bytes_;
  std::vector<TokenId> end_tokens_;
  TokenTrie all_;
  std::vector<Slice> slices_;
  TokenTrie rest_;
  std::vector<std::uint64_t> plain_mask_;
  std::vector<std::vector<std::int32_t>> plain_by_length_;  // in characters
  std::vector<std::uint64_t> inside_string_;
  std::vector<std::pair<std::size_t, std::int32_t>> inside_lengths_;  // of the not plain ones
  std::size_t max_before_quote_ = 0;
  std::shared_ptr<const TokenTrie> after_string_;
};

}  // namespace falconet
