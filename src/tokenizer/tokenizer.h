// Text to token ids and back, exactly as the model's own tokenizer file defines it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/metadata.h"
#include "base/result.h"
#include "base/strong_id.h"

namespace falconet {

enum class AddSpecial { No, Yes };    // BOS, EOS, [CLS] … as the file asks
enum class ParseSpecial { No, Yes };  // "<think>" in the text becomes that one token
enum class SkipSpecial { No, Yes };   // special tokens leave no text

struct EncodeOptions {
  AddSpecial add_special = AddSpecial::Yes;
  /// With No, added tokens flagged special are read as plain text (a user's message cannot forge
  /// them); added tokens that are not special are always recognised.
  ParseSpecial parse_special = ParseSpecial::Yes;
};

/// Immutable and safe to share between threads.
class Tokenizer {
 public:
  /// From GGUF keys tokenizer.ggml.*. Errors: Corrupt, Unsupported (names the tokenizer model).
  static Result<Tokenizer> from_gguf(const Metadata& metadata);

  /// From the text of tokenizer.json and the parsed tokenizer_config.json (null if absent).
  static Result<Tokenizer> from_huggingface(std::string_view tokenizer_json,
                                            const Json& tokenizer_config);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  std::vector<TokenId> encode(std::string_view text, EncodeOptions options = {}) const;

  /// Ids outside the vocabulary decode to nothing. Invalid UTF-8 becomes U+FFFD.
  std::string decode(std::span<const TokenId> ids, SkipSpecial skip = SkipSpecial::No) const;

  /// Number of ids, added tokens included (a model's embedding may have more rows).
  int vocab_size() const;

  /// The raw bytes that an id adds in the middle of a text; may be part of a character. Empty for
  /// ids outside the vocabulary.
  std::string_view token_bytes(TokenId id) const;

  /// The id of an added token ("<think>") or of a vocabulary entry as the file spells it.
  std::optional<TokenId> find(std::string_view piece) const;

  /// As the file spells it: "Ġhello", "<0x0A>".
  std::string_view piece(TokenId id) const;

  bool is_special(TokenId id) const;
  std::optional<TokenId> bos() const;
  std::optional<TokenId> eos() const;

  /// Every token that ends a turn or text: EOS, and <|im_end|>, <|eot_id|>, … where present.
  std::span<const TokenId> end_tokens() const;

  class Impl;

 private:
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  friend class StreamDecoder;
  std::unique_ptr<Impl> impl_;
};

/// Turns ids into text one at a time; holds back bytes until they form whole characters.
/// The concatenation of all push() and finish() equals Tokenizer::decode of all ids.
class StreamDecoder {
 public:
  /// The tokenizer must outlive the decoder.
  explicit StreamDecoder(const Tokenizer& tokenizer, SkipSpecial skip = SkipSpecial::No);

  std::string push(TokenId id);

  /// What was held back (incomplete bytes as U+FFFD); the decoder is fresh afterwards.
  std::string finish();

 private:
  const Tokenizer* tokenizer_;
  SkipSpecial skip_;
  std::string pending_;
  bool is_at_start_ = true;
};

}  // namespace falconet
