// Any text as a JSON Schema: compile it, or what can be of it, and write the shortest document;
// judge the schema itself and the document by it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grammar/matcher.h"
#include "grammar/schema_relaxation.h"
#include "grammar/schema_validator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace falconet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto schema = parse_json(text);
  if (!schema) return 0;
  const auto validator = SchemaValidator::from_schema(*schema);
  if (validator) (void)validator->judge(*schema);
  const auto relaxed = relaxed_grammar(*schema, {}, nullptr);
  if (!relaxed) return 0;
  GrammarMatcher matcher(relaxed->grammar);
  const std::string document = matcher.shortest_completion(4096);
  if (document.size() >= 4096) return 0;
  const auto value = parse_json(document);
  if (!value) __builtin_trap();
  if (validator) (void)validator->judge(*value);
  return 0;
}
