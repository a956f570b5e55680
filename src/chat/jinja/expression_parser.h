// Reads expressions: everything between {{ and }}, and the operands of statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/jinja/ast.h"
#include "chat/jinja/names.h"
#include "chat/jinja/token_stream.h"

namespace falconet::jinja {

// All errors: InvalidArgument with the line, TooLarge beyond kMaxNesting.
class ExpressionParser {
 public:
  ExpressionParser(TokenStream& tokens, NameTable& names) : tokens_(tokens), names_(names) {}

  enum class Conditionals { Allowed, NotHere };  // "a if b else c"

  Result<ExpressionPtr> parse(Conditionals conditionals = Conditionals::Allowed);

  /// Expressions separated by commas make a tuple without parentheses. `end` is a name that ends
  /// the tuple beside the end of the tag.
  Result<ExpressionPtr> parse_tuple(Conditionals conditionals = Conditionals::Allowed,
                                    std::string_view end = {});

  /// A filter's name and arguments, the head behind "|", and all the filters that follow.
  /// `input` is null for {% filter upper | trim %}.
  Result<ExpressionPtr> parse_filters(ExpressionPtr input);

 private:
  Result<ExpressionPtr> parse_conditional();
  Result<ExpressionPtr> parse_or();
  Result<ExpressionPtr> parse_and();
  Result<ExpressionPtr> parse_not();
  Result<ExpressionPtr> parse_comparison();
  Result<ExpressionPtr> parse_sum();
  Result<ExpressionPtr> parse_concatenation();
  Result<ExpressionPtr> parse_product();
  Result<ExpressionPtr> parse_power();
  Result<ExpressionPtr> parse_unary();
  Result<ExpressionPtr> parse_primary();
  Result<ExpressionPtr> parse_name();
  Result<ExpressionPtr> parse_string();
  Result<ExpressionPtr> parse_number();
  Result<ExpressionPtr> parse_parenthesized();
  Result<ExpressionPtr> parse_list();
  Result<ExpressionPtr> parse_dict();
  Result<ExpressionPtr> parse_postfix(ExpressionPtr node);
  Result<ExpressionPtr> parse_filters_and_tests(ExpressionPtr node);
  Result<ExpressionPtr> parse_dot(ExpressionPtr node);
  Result<ExpressionPtr> parse_subscript(ExpressionPtr node);
  Result<ExpressionPtr> parse_slice(ExpressionPtr node, ExpressionPtr start);
  Result<ExpressionPtr> parse_slice_bound();
  Result<ExpressionPtr> parse_call(ExpressionPtr node);
  Result<ExpressionPtr> parse_test(ExpressionPtr node);
  Result<ArgumentExpressions> parse_arguments();
  Status parse_argument(ArgumentExpressions& arguments, int line);
  Result<std::string> parse_dotted_name();
  bool at_test_argument() const;
  bool at_tuple_end(std::string_view end) const;

  TokenStream& tokens_;
  NameTable& names_;
  int nesting_ = 0;
};

}  // namespace falconet::jinja
