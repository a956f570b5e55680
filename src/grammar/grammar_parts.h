// The inside of a Grammar: what its factories fill and its matchers run.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "grammar/byte_automaton.h"
#include "grammar/grammar.h"
#include "grammar/parser.h"
#include "grammar/program.h"
#include "grammar/regex_pool.h"
#include "grammar/token_classes.h"

namespace falconet {

struct Grammar::Parts {
  RegexPool pool = {};
  Program program = {};
  ByteAutomaton automaton{pool};
  Parser parser{program, pool, automaton};
  Vocabulary vocabulary = {};
  std::optional<TokenClasses> classes = {};
  /// The pool and all that is remembered about it grow while matchers run.
  std::mutex mutex = {};
};

/// Derivatives that compiling one grammar may take: about a second. Schemas in use need some
/// thousand.
constexpr std::uint64_t kMaxCompileWork = 2'000'000;

/// Parts to be filled, with the limit on work set.
std::unique_ptr<Grammar::Parts> new_grammar_parts();

/// Finishes the program and binds it to the vocabulary.
Result<Grammar::Pointer> finish_grammar(std::unique_ptr<Grammar::Parts> parts,
                                        Grammar::Vocabulary vocabulary);

/// The state that reads a value of the schema, added to the parts.
Result<StateId> compile_schema(const Json& schema, const SchemaOptions& options,
                               Grammar::Parts& parts);

/// A state that reads `regex` (at the byte level) and then follows `target`.
StateId add_reading(Program& program, RegexId regex, Target target);

}  // namespace falconet
