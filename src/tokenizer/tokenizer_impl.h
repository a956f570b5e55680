// What a Tokenizer consists of; filled by the readers of tokenizer.json and GGUF.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "tokenizer/bpe.h"
#include "tokenizer/pipeline.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

class Tokenizer::Impl {
 public:
  std::vector<std::string> pieces;                    // as the file spells them, by id
  std::vector<std::string> bytes;                     // what they add to a text
  std::vector<bool> is_byte_fallback;                 // "<0x0A>"
  std::unordered_map<std::string, std::int32_t> ids;  // by spelling
  std::vector<bool> is_special;
  AddedTokens added;

  std::vector<Normalizer> normalizers;
  PreTokenizerSteps pre_tokenizer;
  MergeTable merges;
  bool ignores_merges = false;               // a word that is a piece is that piece
  bool strips_first_space = false;           // of the decoded text
  std::array<std::int32_t, 256> byte_ids{};  // byte-level symbol, or "<0xHH>", or −1
  std::optional<TokenId> unknown;

  std::vector<TokenId> prefix;  // BOS, [CLS]
  std::vector<TokenId> suffix;
  std::optional<TokenId> bos;
  std::optional<TokenId> eos;
  std::vector<TokenId> end_tokens;

  /// Adds a piece at `id`; ids may come in any order. Errors: Corrupt.
  Status add_piece(std::string spelling, std::int64_t id);

  /// Marks an id as an added token (its spelling is its text) and makes room for it.
  Status add_token(const AddedToken& token);

  /// Adds the merge of two spelled pieces; pieces that are not in the vocabulary are an error.
  Status add_merge(const std::string& left, const std::string& right, std::int32_t rank);

  /// Derives bytes, byte_ids and end_tokens once all pieces are known.
  void finish();

  std::optional<TokenId> find(std::string_view spelling) const;

  void encode_segment(std::string_view text, bool is_first, std::vector<TokenId>& out) const;

 private:
  void encode_word(std::string_view word, std::vector<TokenId>& out) const;
};

// A vocabulary of more ids than this is refused before memory is set aside for it.
constexpr std::int64_t kMaxVocabularySize = 1 << 22;

}  // namespace falconet
