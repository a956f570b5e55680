// What a command may do on a terminal and must not do in a pipe.
#pragma once

#include <iosfwd>
#include <string_view>

namespace falconet {

/// Whether this stream is the program's own and a person reads it. String streams are not.
bool is_terminal(const std::ostream& out);
bool is_terminal(const std::istream& in);

/// Escape sequences, or nothing where nobody would see them (pipes, NO_COLOR, TERM=dumb).
struct Style {
  std::string_view dim;
  std::string_view bold;
  std::string_view red;
  std::string_view reset;

  static Style of(const std::ostream& out);
};

}  // namespace falconet
