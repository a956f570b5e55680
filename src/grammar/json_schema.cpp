// Grammar's factories for JSON.
#include "grammar/grammar_parts.h"
#include "grammar/schema_compiler.h"

namespace falconet {
namespace {

// Of a schema in compact JSON; the largest in public collections have some hundred KB.
constexpr std::size_t kMaxSchemaBytes = 4u << 20;

}  // namespace

Result<StateId> compile_schema(const Json& schema, const SchemaOptions& options,
                               Grammar::Parts& parts) {
  if (to_text(schema).size() > kMaxSchemaBytes) {
    return error(ErrorCode::TooLarge, "the schema has more than ", kMaxSchemaBytes, " bytes");
  }
  TRY_ASSIGN(const SchemaDocument document, SchemaDocument::read(schema));
  SchemaSets sets(document, parts.pool);
  SchemaCompiler compiler(sets, parts.program, options);
  return compiler.compile(sets.schema(schema));
}

Result<Grammar::Pointer> Grammar::from_json_schema(const Json& schema, const SchemaOptions& options,
                                                   Vocabulary vocabulary) {
  auto parts = new_grammar_parts();
  TRY_ASSIGN(parts->program.start, compile_schema(schema, options, *parts));
  return finish_grammar(std::move(parts), std::move(vocabulary));
}

Result<Grammar::Pointer> Grammar::from_json_object(const SchemaOptions& options,
                                                   Vocabulary vocabulary) {
  return from_json_schema(Json{{"type", "object"}}, options, std::move(vocabulary));
}

}  // namespace falconet
