// Any text as a grammar: compile it, and write the shortest text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grammar/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace falconet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto grammar = Grammar::from_ebnf(text, nullptr);
  if (!grammar) return 0;
  GrammarMatcher matcher(*grammar);
  const std::string shortest = matcher.shortest_completion(4096);
  if (shortest.size() < 4096 && !shortest.empty() && !matcher.accept(shortest)) __builtin_trap();
  return 0;
}
