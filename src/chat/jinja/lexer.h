// Cuts a template into text and the tokens of its tags, and settles the whitespace around tags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace falconet::jinja {

enum class TokenKind {
  Text,           // outside of tags, whitespace control already applied
  VariableBegin,  // {{
  VariableEnd,    // }}
  BlockBegin,     // {%
  BlockEnd,       // %}
  Name,
  String,  // `text` is the unescaped content
  Int,     // `text` is as written, without underscores
  Float,
  Operator,
  End,
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;
  int line = 1;
};

/// The last token is End. Environment as in jinja2 with trim_blocks and lstrip_blocks.
/// Errors: InvalidArgument with the line.
Result<std::vector<Token>> tokenize(std::string_view source);

}  // namespace falconet::jinja
