// What each id adds to a text: the way back from ids to bytes.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "tokenizer/vocabulary.h"

namespace falconet {

/// How spellings become text; the fields are applied in this order.
struct DecodingRules {
  enum class Kind {
    ByteLevel,  // bytes in GPT-2's alphabet; a spelling outside the alphabet stands for itself
    Metaspace,  // SentencePiece: `replacements`, then "<0x0A>" as a byte where `has_bytes`
    WordPiece,  // words apart unless a piece begins with `continuation_prefix`
  };
  /// What the first token of a text loses.
  enum class AtStart { Nothing, OneSpace, Metaspaces };

  Kind kind = Kind::Metaspace;
  std::vector<std::pair<std::string, std::string>> replacements = {};
  bool has_bytes = false;
  AtStart at_start = AtStart::Nothing;
  std::string first_prefix = "";  // WordPiece in GGUF: "▁" begins a word
  std::string continuation_prefix = "##";
  bool cleans_up = false;  // WordPiece: no space before ".", "n't", …
};

/// The "decoder" of a tokenizer.json. Errors: Corrupt, Unsupported.
Result<DecodingRules> parse_decoder(const SortedJson& node);

class PieceDecoder {
 public:
  /// `is_verbatim` holds, by id, which pieces are text as they are spelled; it may be shorter than
  /// the vocabulary, which must outlive the decoder.
  PieceDecoder(const Vocabulary& vocabulary, const DecodingRules& rules,
               const std::vector<bool>& is_verbatim);

  PieceDecoder() = default;

  /// Bytes that the id adds in the middle of a text; empty for ids outside the vocabulary.
  std::string_view bytes(std::int32_t id) const { return at(bytes_, id); }

  /// Bytes that it adds as the first token of a text.
  std::string_view first_bytes(std::int32_t id) const {
    return at(first_bytes_.empty() ? bytes_ : first_bytes_, id);
  }

 private:
  using Views = std::vector<std::string_view>;  // by id, into the vocabulary or texts_

  static std::string_view at(const Views& views, std::int32_t id) {
    const bool is_known = id >= 0 && static_cast<std::size_t>(id) < views.size();
    return is_known ? views[static_cast<std::size_t>(id)] : std::string_view();
  }
  std::string_view store(std::string text);

  std::deque<std::string> texts_;
  Views bytes_;
  Views first_bytes_;  // empty where the first token loses nothing
};

}  // namespace falconet
