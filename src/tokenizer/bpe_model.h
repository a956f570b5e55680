// Byte-pair encoding of words, from bytes (GPT-2) or from characters (SentencePiece).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "tokenizer/character_symbols.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/word_model.h"

namespace falconet {

struct BpeOptions {
  bool ignores_merges = false;     // a word that is a piece is that piece, whatever the merges say
  bool has_byte_fallback = false;  // characters without a piece become "<0xHH>" pieces
  bool fuses_unknown = false;      // neighbouring unknown characters are one unknown token
  std::optional<std::int32_t> unknown =
      std::nullopt;  // without one, characters without a piece vanish
};

class BpeModel final : public WordModel {
 public:
  /// The vocabulary must outlive the model.
  BpeModel(const Vocabulary& vocabulary, MergeTable merges, BpeOptions options);

  void encode(std::string_view word, std::vector<TokenId>& out) const override;

 private:
  enum class Whole : std::uint8_t { NotTried, Yes, No };

  void find_byte_pieces();
  bool cuts_before_metaspace() const;
  void encode_part(std::string_view part, std::vector<TokenId>& out) const;
  bool merges_into(std::string_view text, std::int32_t id) const;
  void append_symbols(std::string_view text, std::vector<std::int32_t>& symbols) const;
  void append_bytes(std::string_view text, std::vector<std::int32_t>& symbols) const;
  void append_characters(std::string_view text, std::vector<std::int32_t>& symbols) const;
  bool append_fallback_bytes(std::string_view character, std::vector<std::int32_t>& symbols) const;

  const Vocabulary& vocabulary_;
  MergeTable merges_;
  BpeOptions options_;
  // The piece of each byte (byte-level) or of its "<0xHH>" (byte fallback), or -1.
  std::array<std::int32_t, 256> byte_pieces_{};
  std::optional<CharacterSymbols> character_symbols_;  // byte-level only
  bool cuts_before_metaspace_ = false;
  // By id: whether merging the piece's text yields just that piece, found out at first use. Merging
  // is deterministic, so threads that race write the same answer.
  std::unique_ptr<std::atomic<Whole>[]> is_whole_;
};

}  // namespace falconet
