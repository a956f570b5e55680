// What a Tokenizer consists of; filled by the readers of tokenizer.json and of GGUF metadata.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/decoder.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/word_model.h"

namespace falconet {

class Tokenizer::Impl {
 public:
  explicit Impl(Spelling spelling) : vocabulary(spelling) {}

  // In the order in which text passes them. The model refers to the vocabulary.
  TokenFinder raw_tokens;  // added tokens looked for in the text as it comes …
  Normalizer normalizer;
  TokenFinder normalized_tokens;  // … and in what the normalizer makes of it
  PreTokenizer pre_tokenizer;
  Vocabulary vocabulary;
  std::unique_ptr<const WordModel> model;
  PieceDecoder decoder;

  std::vector<AddedToken> added_tokens;
  std::vector<bool> is_special;  // by id
  std::vector<TokenId> prefix;   // BOS, [CLS]
  std::vector<TokenId> suffix;
  std::optional<TokenId> bos;
  std::optional<TokenId> eos;
  std::vector<TokenId> end_tokens;

  /// Registers an added token; the normalizer must be set. Errors: Corrupt (its id).
  Status add_token(AddedToken token);

  /// EOS and the well-known ends of a turn, once all tokens are known.
  void find_end_tokens();

  std::optional<TokenId> find(std::string_view piece) const;
  std::vector<TokenId> encode(std::string_view text, EncodeOptions options) const;

 private:
  void encode_raw(std::string_view text, bool is_first, ParseSpecial parse,
                  std::vector<TokenId>& out) const;
  void encode_normalized(std::string_view text, bool is_first, ParseSpecial parse,
                         std::vector<TokenId>& out) const;
};

}  // namespace falconet
