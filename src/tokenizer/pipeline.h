// The stages around the model of a tokenizer: normalizers before it, pre-tokenizers that cut text
// into words, and the added tokens that are cut out first.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "tokenizer/regex.h"

namespace falconet {

/// Text in, text out; applied in order.
struct Normalizer {
  enum class Kind { Nfc, Nfd, Nfkc, Nfkd, Lowercase, Prepend, Replace };
  Kind kind = Kind::Nfc;
  std::string from;
  std::string to;
};

std::string normalize(const std::vector<Normalizer>& steps, std::string_view text);

/// Appends the steps of a tokenizer.json "normalizer" (null: none). Errors: Unsupported.
Status parse_normalizer(const SortedJson& node, std::vector<Normalizer>& steps);

/// Cuts words into smaller ones.
struct PreTokenizer {
  enum class Kind { Split, Digits, Metaspace };
  Kind kind = Kind::Split;
  Regex regex;  // Split: matches and what lies between them become words
  bool removes_matches = false;
};

struct PreTokenizerSteps {
  std::vector<PreTokenizer> steps;
  bool is_byte_level = false;  // words are merged as bytes, not as characters
  bool adds_prefix_space = false;
  std::string prefix;                // Metaspace: put before the text …
  bool prefixes_first_only = false;  // … of the first segment alone
};

Status parse_pre_tokenizer(const SortedJson& node, PreTokenizerSteps& out);

/// The steps that a GGUF file means by tokenizer.ggml.pre. Errors: Unsupported, naming it.
Result<PreTokenizerSteps> pre_tokenizer_named(const std::string& name);

/// Calls `word` with each piece, in order.
void for_each_word(const PreTokenizerSteps& steps, std::string_view text,
                   const std::function<void(std::string_view)>& word);

struct AddedToken {
  TokenId id;
  std::string text;
  bool is_special = false;
  bool is_normalized = false;  // looked for in the normalized text
  bool strips_left = false;
  bool strips_right = false;
};

/// Finds added tokens in text, the longest at each place.
class AddedTokens {
 public:
  void add(const AddedToken& token);

  /// The first token at or after `start` for which `accepts` holds, or nothing.
  struct Hit {
    const AddedToken* token = nullptr;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::optional<Hit> find(std::string_view text, std::size_t start,
                          const std::function<bool(const AddedToken&)>& accepts) const;

  const std::vector<AddedToken>& all() const { return tokens_; }

 private:
  std::vector<AddedToken> tokens_;
  std::array<std::vector<std::size_t>, 256> by_first_byte_;  // longest first
};

}  // namespace falconet
