// Any text as a JSON Schema: compile it, and write the shortest document.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grammar/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace falconet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto schema = parse_json(text);
  if (!schema) return 0;
  const auto grammar = Grammar::from_json_schema(*schema, {}, nullptr);
  if (!grammar) return 0;
  GrammarMatcher matcher(*grammar);
  const std::string document = matcher.shortest_completion(4096);
  if (document.size() < 4096 && !parse_json(document)) __builtin_trap();
  return 0;
}
