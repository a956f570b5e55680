// Any text as a regular expression: compile it, and write the shortest match.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "grammar/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace falconet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto grammar = Grammar::from_regex(text, nullptr);
  if (!grammar) return 0;
  GrammarMatcher matcher(*grammar);
  const std::string match = matcher.shortest_completion(4096);
  if (match.size() < 4096 && !match.empty() && !matcher.accept(match)) __builtin_trap();
  return 0;
}
