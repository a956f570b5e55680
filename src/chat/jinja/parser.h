// Reads tokens into the tree of a template.
#pragma once

#include <string_view>

#include "base/result.h"
#include "chat/jinja/ast.h"

namespace falconet::jinja {

/// Errors: InvalidArgument with the line, TooLarge beyond kMaxNesting.
Result<Template> parse_template(std::string_view source);

}  // namespace falconet::jinja
