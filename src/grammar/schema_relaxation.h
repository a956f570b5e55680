// Schemas that cannot be enforced whole: as much of them as can be.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "grammar/grammar.h"

namespace falconet {

struct RelaxedGrammar {
  Grammar::Pointer grammar;  // shared as all grammars are
  Json schema;               // that it enforces
  /// What was left out of the schema: keywords by their JSON pointers in it, each with why. Empty:
  /// the grammar enforces the schema.
  std::vector<std::string> left_out = {};
};

/// The grammar of the schema or, where it is refused, of the schema without the keywords for which
/// it is: where those stand under `not`, `if`, `oneOf` or `contains`, without that keyword (`oneOf`
/// becomes `anyOf`), so that what the schema allows stays allowed. Where nothing else helps, of any
/// value of the type that the schema names.
/// Errors: InvalidArgument (the schema is malformed).
Result<RelaxedGrammar> relaxed_grammar(const Json& schema, const SchemaOptions& options,
                                       const Grammar::Vocabulary& vocabulary);

}  // namespace falconet
