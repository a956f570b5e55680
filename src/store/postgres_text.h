// Our statements and texts in the form that PostgreSQL takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace falconet {

struct NumberedSql {
  std::string text;  // with $1, $2, … for each ?
  std::size_t num_places = 0;
};

/// A '?' between quotation marks stays as it is.
NumberedSql number_places(std::string_view sql);

/// PostgreSQL's texts are valid UTF-8 without zero bytes; ours come from models and other people's
/// files. Other bytes are written as a mark, U+FDD0 (a code point that Unicode keeps out of texts),
/// and two hexadecimal digits; so are the mark's own. Different texts stay different.
std::string to_postgres_text(std::string_view text);

/// The inverse.
std::string from_postgres_text(std::string_view text);

}  // namespace falconet
