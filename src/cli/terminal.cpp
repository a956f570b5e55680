#include "cli/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace falconet {

bool is_terminal(const std::ostream& out) {
  if (&out == &std::cout) return ::isatty(STDOUT_FILENO) == 1;
  return (&out == &std::cerr || &out == &std::clog) && ::isatty(STDERR_FILENO) == 1;
}

bool is_terminal(const std::istream& in) { return &in == &std::cin && ::isatty(STDIN_FILENO) == 1; }

Style Style::of(const std::ostream& out) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool is_plain = (no_color != nullptr && *no_color != '\0') ||
                        (term != nullptr && std::string(term) == "dumb");
  if (is_plain || !is_terminal(out)) return {};
  return {.dim = "\x1b[2m", .bold = "\x1b[1m", .red = "\x1b[31m", .reset = "\x1b[0m"};
}

}  // namespace falconet
