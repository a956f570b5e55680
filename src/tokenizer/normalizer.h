// What a tokenizer does to text before cutting it into words: Unicode forms, case, spaces.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "tokenizer/regex.h"

namespace falconet {

namespace normalizer_step {

enum class Plain { Nfc, Nfd, Nfkc, Nfkd, Lowercase, StripAccents };

struct Prepend {
  std::string text;  // put before any text that is not empty
};

struct ReplaceText {
  std::string from;
  std::string to;
};

struct ReplaceMatches {
  Regex pattern;
  std::string to;
};

struct Strip {
  bool left = true;
  bool right = true;
};

/// BERT's basic cleaning.
struct Bert {
  bool cleans_text = true;          // control characters vanish, white space becomes a space
  bool isolates_ideographs = true;  // spaces around each
  bool strips_accents = true;
  bool lowercases = true;
};

}  // namespace normalizer_step

using NormalizerStep =
    std::variant<normalizer_step::Plain, normalizer_step::Prepend, normalizer_step::ReplaceText,
                 normalizer_step::ReplaceMatches, normalizer_step::Strip, normalizer_step::Bert>;

class Normalizer {
 public:
  /// The "normalizer" of a tokenizer.json; null changes nothing. Errors: Corrupt, Unsupported.
  static Result<Normalizer> from_json(const SortedJson& node);

  Normalizer() = default;
  explicit Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {}

  bool changes_nothing() const { return steps_.empty(); }
  std::string apply(std::string_view text) const;

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace falconet
