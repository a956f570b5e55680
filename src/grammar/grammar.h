// Grammars that bind what a model writes: compiled once, shared by many sequences.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "grammar/token_vocabulary.h"

namespace falconet {

enum class WhitespaceStyle {
  Compact,   // none: {"a":[1,2]}
  Flexible,  // a space, or a line break and an indent, wherever JSON allows it
};

enum class ObjectSpelling {
  Braces,     // {"key": value}
  Arguments,  // key=value, other=value), as a call ends: no braces, and the closing parenthesis
};

struct SchemaOptions {
  WhitespaceStyle whitespace = WhitespaceStyle::Compact;
  /// Of the outermost value. As arguments it is an object of properties that the schema names; what
  /// is inside is JSON all the same.
  ObjectSpelling outermost = ObjectSpelling::Braces;
};

/// Free text until one of these markers; from there on bound. After the bound part the text is free
/// again, unless `ends_after` is set. Several triggers may have one marker.
struct Trigger {
  std::string marker = {};   // part of the text, not empty
  std::string begin = {};    // must follow the marker
  std::string grammar = {};  // EBNF, or a JSON Schema if `is_schema`
  bool is_schema = false;
  std::string end = {};  // must follow the bound part
  /// What this one begins with instead of marker and begin, where it follows another one at once
  /// (TriggerOptions::separator).
  std::string again = {};
};

struct TriggerOptions {
  bool ends_after = false;   // the text ends with the first bound part
  bool is_required = false;  // the text may not end without a bound part…
  bool is_first = false;     // …and begins with one
  /// Bound parts may form a list: what stands between two of them, and what ends the list. Without
  /// a separator each stands for itself.
  std::string separator = {};
  std::string close = {};
  SchemaOptions schema = {};
};

/// Immutable for its users and safe to share between threads; what it learns about tokens while it
/// is used is kept inside, behind a lock.
///
/// Errors of all factories: InvalidArgument (the text breaks its own syntax, with its place),
/// Unsupported (cannot be enforced; a schema's keyword is named by its JSON pointer), TooLarge
/// (over a limit on size, depth, states or time).
class Grammar {
 public:
  using Pointer = std::shared_ptr<const Grammar>;  // matchers of several sequences share it
  using Vocabulary = std::shared_ptr<const TokenVocabulary>;

  /// Properties come in the schema's order. `vocabulary` may be null where only bytes are matched.
  static Result<Pointer> from_json_schema(const Json& schema, const SchemaOptions& options,
                                          Vocabulary vocabulary);
  /// Any JSON object.
  static Result<Pointer> from_json_object(const SchemaOptions& options, Vocabulary vocabulary);
  /// ECMAScript; the whole text must match.
  static Result<Pointer> from_regex(std::string_view pattern, Vocabulary vocabulary);
  static Result<Pointer> from_choice(const std::vector<std::string>& texts, Vocabulary vocabulary);
  /// llama.cpp's GBNF, or EBNF in its manner; the rule `root` is the whole text.
  static Result<Pointer> from_ebnf(std::string_view text, Vocabulary vocabulary);
  static Result<Pointer> from_triggers(const std::vector<Trigger>& triggers,
                                       const TriggerOptions& options, Vocabulary vocabulary);

  ~Grammar();

  /// Must not be asked for where the factory was given none.
  const TokenVocabulary& vocabulary() const;

  /// States and expressions that the grammar was compiled to.
  std::size_t num_states() const;
  std::size_t num_expressions() const;

  struct Parts;
  explicit Grammar(std::unique_ptr<Parts> parts);
  Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace falconet
