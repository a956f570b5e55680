// What stands behind a value: attributes, subscripts, calls, filters and tests.
#include "chat/jinja/expression_parser.h"

namespace falconet::jinja {

Result<ExpressionPtr> ExpressionParser::parse_postfix(ExpressionPtr node) {
  while (true) {
    if (tokens_.at_operator(".")) {
      TRY_ASSIGN(node, parse_dot(std::move(node)));
    } else if (tokens_.at_operator("[")) {
      TRY_ASSIGN(node, parse_subscript(std::move(node)));
    } else if (tokens_.at_operator("(")) {
      TRY_ASSIGN(node, parse_call(std::move(node)));
    } else {
      return node;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_filters_and_tests(ExpressionPtr node) {
  while (true) {
    if (tokens_.skip_operator("|")) {
      TRY_ASSIGN(node, parse_filters(std::move(node)));
    } else if (tokens_.at_name("is")) {
      TRY_ASSIGN(node, parse_test(std::move(node)));
    } else if (tokens_.at_operator("(")) {
      TRY_ASSIGN(node, parse_call(std::move(node)));
    } else {
      return node;
    }
  }
}

Result<ExpressionPtr> ExpressionParser::parse_dot(ExpressionPtr node) {
  const int line = tokens_.line();
  tokens_.take();
  if (tokens_.at(TokenKind::Name)) {
    return make_expression(line, AttributeExpression{std::move(node), tokens_.take().text});
  }
  if (!tokens_.at(TokenKind::Int)) return tokens_.fail("expected name or number");
  TRY_ASSIGN(ExpressionPtr key, parse_number());
  return make_expression(line, SubscriptExpression{std::move(node), std::move(key)});
}

Result<ExpressionPtr> ExpressionParser::parse_subscript(ExpressionPtr node) {
  const int line = tokens_.line();
  tokens_.take();
  std::vector<ExpressionPtr> keys;
  bool has_comma = false;
  while (!tokens_.at_operator("]")) {
    if (!keys.empty()) {
      TRY(tokens_.expect_operator(","));
      has_comma = true;
    }
    ExpressionPtr key;
    if (!tokens_.at_operator(":")) {
      TRY_ASSIGN(key, parse());
    }
    if (tokens_.at_operator(":")) {
      if (has_comma) return tokens_.fail("a slice cannot be one of several subscripts");
      return parse_slice(std::move(node), std::move(key));
    }
    keys.push_back(std::move(key));
  }
  tokens_.take();
  if (keys.size() == 1) {
    return make_expression(line, SubscriptExpression{std::move(node), std::move(keys.front())});
  }
  TRY_ASSIGN(ExpressionPtr key,
             make_expression(line, SequenceExpression{SequenceKind::Tuple, std::move(keys)}));
  return make_expression(line, SubscriptExpression{std::move(node), std::move(key)});
}

Result<ExpressionPtr> ExpressionParser::parse_slice(ExpressionPtr node, ExpressionPtr start) {
  const int line = tokens_.line();
  tokens_.take();
  TRY_ASSIGN(ExpressionPtr stop, parse_slice_bound());
  ExpressionPtr step;
  if (tokens_.skip_operator(":")) {
    TRY_ASSIGN(step, parse_slice_bound());
  }
  TRY(tokens_.expect_operator("]"));
  return make_expression(
      line, SliceExpression{std::move(node), std::move(start), std::move(stop), std::move(step)});
}

Result<ExpressionPtr> ExpressionParser::parse_slice_bound() {
  if (tokens_.at_operator(":") || tokens_.at_operator("]")) return ExpressionPtr();
  return parse();
}

Result<ExpressionPtr> ExpressionParser::parse_call(ExpressionPtr node) {
  const int line = tokens_.line();
  TRY_ASSIGN(ArgumentExpressions arguments, parse_arguments());
  return make_expression(line, CallExpression{std::move(node), std::move(arguments)});
}

Result<ArgumentExpressions> ExpressionParser::parse_arguments() {
  const int line = tokens_.line();
  tokens_.take();
  ArgumentExpressions arguments;
  bool is_first = true;
  while (!tokens_.at_operator(")")) {
    if (!is_first) {
      TRY(tokens_.expect_operator(","));
      if (tokens_.at_operator(")")) break;
    }
    is_first = false;
    TRY(parse_argument(arguments, line));
  }
  tokens_.take();
  return arguments;
}

Status ExpressionParser::parse_argument(ArgumentExpressions& arguments, int line) {
  const Error misplaced =
      template_error("line ", line, ": invalid syntax for function call expression");
  if (tokens_.skip_operator("*")) {
    if (arguments.starred || arguments.double_starred) return misplaced;
    TRY_ASSIGN(arguments.starred, parse());
  } else if (tokens_.skip_operator("**")) {
    if (arguments.double_starred) return misplaced;
    TRY_ASSIGN(arguments.double_starred, parse());
  } else if (tokens_.at(TokenKind::Name) && tokens_.next_is_operator("=")) {
    if (arguments.double_starred) return misplaced;
    std::string name = tokens_.take().text;
    tokens_.take();
    TRY_ASSIGN(ExpressionPtr value, parse());
    arguments.named.emplace_back(std::move(name), std::move(value));
  } else {
    if (arguments.starred || arguments.double_starred || !arguments.named.empty()) {
      return misplaced;
    }
    TRY_ASSIGN(arguments.positional.emplace_back(), parse());
  }
  return {};
}

Result<std::string> ExpressionParser::parse_dotted_name() {
  TRY_ASSIGN(std::string name, tokens_.take_name());
  while (tokens_.skip_operator(".")) {
    TRY_ASSIGN(const std::string part, tokens_.take_name());
    name += "." + part;
  }
  return name;
}

Result<ExpressionPtr> ExpressionParser::parse_filters(ExpressionPtr input) {
  do {
    const int line = tokens_.line();
    FilterExpression node;
    TRY_ASSIGN(node.name, parse_dotted_name());
    node.filter = find_filter(node.name);
    node.input = std::move(input);
    if (tokens_.at_operator("(")) {
      TRY_ASSIGN(node.arguments, parse_arguments());
    }
    TRY_ASSIGN(input, make_expression(line, std::move(node)));
  } while (tokens_.skip_operator("|"));
  return input;
}

bool ExpressionParser::at_test_argument() const {
  if (tokens_.at(TokenKind::Name)) {
    return !tokens_.at_name("else") && !tokens_.at_name("or") && !tokens_.at_name("and");
  }
  return tokens_.at(TokenKind::String) || tokens_.at(TokenKind::Int) ||
         tokens_.at(TokenKind::Float) || tokens_.at_operator("[") || tokens_.at_operator("{");
}

Result<ExpressionPtr> ExpressionParser::parse_test(ExpressionPtr input) {
  const int line = tokens_.line();
  tokens_.take();
  const bool is_negated = tokens_.skip_name("not");
  TestExpression node;
  TRY_ASSIGN(node.name, parse_dotted_name());
  node.test = find_test(node.name);
  node.input = std::move(input);
  if (tokens_.at_operator("(")) {
    TRY_ASSIGN(node.arguments, parse_arguments());
  } else if (at_test_argument()) {
    if (tokens_.at_name("is")) return tokens_.fail("You cannot chain multiple tests with is");
    TRY_ASSIGN(ExpressionPtr argument, parse_primary());
    TRY_ASSIGN(node.arguments.positional.emplace_back(), parse_postfix(std::move(argument)));
  }
  TRY_ASSIGN(ExpressionPtr test, make_expression(line, std::move(node)));
  if (!is_negated) return test;
  return make_expression(line, UnaryExpression{UnaryOperator::Not, std::move(test)});
}

}  // namespace falconet::jinja
