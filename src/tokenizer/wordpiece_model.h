// WordPiece (BERT): a word is cut into the longest pieces from its front, or is unknown.
#pragma once

#include <optional>
#include <string>

#include "tokenizer/vocabulary.h"
#include "tokenizer/word_model.h"

namespace falconet {

struct WordPieceOptions {
  std::string first_prefix;          // how pieces that begin a word are marked: "" or "▁"
  std::string continuation_prefix;   // how pieces inside a word are marked: "##" or ""
  std::size_t max_characters = 100;  // a longer word is unknown
  std::optional<std::int32_t> unknown = std::nullopt;
};

class WordPieceModel final : public WordModel {
 public:
  /// The vocabulary must outlive the model.
  WordPieceModel(const Vocabulary& vocabulary, WordPieceOptions options);

  void encode(std::string_view word, std::vector<TokenId>& out) const override;

 private:
  struct Match {
    std::int32_t id = -1;
    std::size_t num_bytes = 0;
  };
  Match longest_piece(std::string_view rest, std::string_view prefix) const;

  const Vocabulary& vocabulary_;
  WordPieceOptions options_;
};

}  // namespace falconet
