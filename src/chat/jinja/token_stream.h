// The tokens of a template under a reading head, for the two parsers.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "chat/jinja/ast.h"
#include "chat/jinja/lexer.h"

namespace falconet::jinja {

class TokenStream {
 public:
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& current() const { return tokens_[position_]; }
  const Token& next_one() const { return tokens_[std::min(position_ + 1, tokens_.size() - 1)]; }
  int line() const { return current().line; }

  bool at(TokenKind kind) const { return current().kind == kind; }
  bool at_name(std::string_view name) const { return is(current(), TokenKind::Name, name); }
  bool at_operator(std::string_view text) const { return is(current(), TokenKind::Operator, text); }
  bool next_is_name(std::string_view name) const { return is(next_one(), TokenKind::Name, name); }
  bool next_is_operator(std::string_view text) const {
    return is(next_one(), TokenKind::Operator, text);
  }

  /// The token read; the head stays on the End.
  const Token& take() {
    const Token& token = current();
    if (position_ + 1 < tokens_.size()) ++position_;
    return token;
  }
  bool skip_name(std::string_view name) { return at_name(name) && (take(), true); }
  bool skip_operator(std::string_view text) { return at_operator(text) && (take(), true); }

  // Errors: InvalidArgument naming what stands there instead.
  Status expect(TokenKind kind);
  Status expect_operator(std::string_view text);
  Status expect_name(std::string_view name);
  Result<std::string> take_name();

  /// An error at the current line.
  template <class... Parts>
  Error fail(const Parts&... parts) const {
    return template_error("line ", line(), ": ", parts...);
  }

  /// The current token as messages name it.
  std::string description() const;

 private:
  static bool is(const Token& token, TokenKind kind, std::string_view text) {
    return token.kind == kind && token.text == text;
  }

  std::vector<Token> tokens_;  // the last is End
  std::size_t position_ = 0;
};

}  // namespace falconet::jinja
