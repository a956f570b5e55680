// Cuts normalized text into the words that the model sees one by one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "tokenizer/regex.h"
#include "tokenizer/word_scanner.h"

namespace falconet {

namespace pre_tokenizer_step {

/// What becomes of the matches of a Split; names as in tokenizer.json.
enum class Behavior { Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous };

struct Split {
  std::variant<WordScanner, Regex, std::string> pattern;  // a plain text is matched as it is
  Behavior behavior = Behavior::Isolated;
  bool is_inverted = false;  // what lies between matches counts as the match
};

/// ByteLevel's add_prefix_space.
struct PrefixSpace {};

/// SentencePiece's way to show spaces.
struct Metaspace {
  enum class Prepend { Always, First, Never };
  std::string replacement;
  Prepend prepend = Prepend::Always;
  bool splits = true;
};

}  // namespace pre_tokenizer_step

using PreTokenizerStep = std::variant<pre_tokenizer_step::Split, pre_tokenizer_step::PrefixSpace,
                                      pre_tokenizer_step::Metaspace>;

class PreTokenizer {
 public:
  /// The "pre_tokenizer" of a tokenizer.json; null keeps text whole. Errors: Corrupt, Unsupported.
  static Result<PreTokenizer> from_json(const SortedJson& node);

  /// What a GGUF file means by tokenizer.ggml.pre. Errors: Unsupported, naming it.
  static Result<PreTokenizer> named(const std::string& name);

  PreTokenizer() = default;
  PreTokenizer(std::vector<PreTokenizerStep> steps, bool is_byte_level);

  /// Whether words go to the model as bytes, spelled in GPT-2's alphabet.
  bool is_byte_level() const { return is_byte_level_; }

  using WordSink = FunctionRef<void(std::string_view)>;

  /// Calls `word` with each word in order; a word is valid during the call. `is_first` says that
  /// the text begins the whole input.
  void for_each_word(std::string_view text, bool is_first, WordSink word) const;

 private:
  void run(std::size_t step, std::string_view text, bool is_first, WordSink word) const;
  void run_split(std::size_t step, std::string_view text, bool is_first, WordSink word) const;

  std::vector<PreTokenizerStep> steps_;
  bool is_byte_level_ = false;
  std::unique_ptr<const CharacterClasses> classes_;  // where a step has a scanner
};

}  // namespace falconet
