#include "chat/jinja/expression_parser.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace falconet::jinja {
namespace {

template <class Operator>
struct OperatorToken {
  std::string_view text;
  Operator op;
};

constexpr std::array kSums = {OperatorToken<BinaryOperator>{"+", BinaryOperator::Add},
                              OperatorToken<BinaryOperator>{"-", BinaryOperator::Subtract}};
constexpr std::array kProducts = {OperatorToken<BinaryOperator>{"*", BinaryOperator::Multiply},
                                  OperatorToken<BinaryOperator>{"/", BinaryOperator::Divide},
                                  OperatorToken<BinaryOperator>{"//", BinaryOperator::FloorDivide},
                                  OperatorToken<BinaryOperator>{"%", BinaryOperator::Modulo}};
constexpr std::array kPowers = {OperatorToken<BinaryOperator>{"**", BinaryOperator::Power}};
constexpr std::array kComparisons = {OperatorToken<Comparison>{"==", Comparison::Equal},
                                     OperatorToken<Comparison>{"!=", Comparison::NotEqual},
                                     OperatorToken<Comparison>{"<", Comparison::Less},
                                     OperatorToken<Comparison>{"<=", Comparison::LessEqual},
                                     OperatorToken<Comparison>{">", Comparison::Greater},
                                     OperatorToken<Comparison>{">=", Comparison::GreaterEqual}};

// The operator that stands at the head, from one level of precedence.
template <class Table>
auto operator_at(const TokenStream& tokens, const Table& table) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& candidate) {
    return tokens.at_operator(candidate.text);
  });
  return found == table.end() ? std::nullopt : std::optional(found->op);
}

}  // namespace

Result<ExpressionPtr> ExpressionParser::parse(Conditionals conditionals) {
  if (nesting_ == kMaxNesting) {
    return error(ErrorCode::TooLarge, "line ", tokens_.line(), ": an expression nests deeper than ",
                 kMaxNesting, " levels");
  }
  ++nesting_;
  auto result = conditionals == Conditionals::Allowed ? parse_conditional() : parse_or();
  --nesting_;
  return result;
}

Result<ExpressionPtr> ExpressionParser::parse_tuple(Conditionals conditionals,
                                                    std::string_view end) {
  const int line = tokens_.line();
  std::vector<ExpressionPtr> items;
  bool is_tuple = false;
  while (!at_tuple_end(end)) {
    TRY_ASSIGN(items.emplace_back(), parse(conditionals));
    if (!tokens_.skip_operator(",")) break;
    is_tuple = true;
  }
  if (is_tuple)
    return make_expression(line, SequenceExpression{SequenceKind::Tuple, std::move(items)});
  if (items.empty()) {
    return tokens_.fail("Expected an expression, got '", tokens_.description(), "'");
  }
  return std::move(items.front());
}

bool ExpressionParser::at_tuple_end(std::string_view end) const {
  return tokens_.at(TokenKind::VariableEnd) || tokens_.at(TokenKind::BlockEnd) ||
         tokens_.at_operator(")") || (!end.empty() && tokens_.at_name(end));
}

Result<ExpressionPtr> ExpressionParser::parse_conditional() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr node, parse_or());
  while (tokens_.skip_name("if")) {
    TRY_ASSIGN(ExpressionPtr condition, parse_or());
    ExpressionPtr otherwise;
    if (tokens_.skip_name("else")) {
      TRY_ASSIGN(otherwise, parse());
    }
    TRY_ASSIGN(node,
               make_expression(line, ConditionalExpression{std::move(condition), std::move(node),
                                                           std::move(otherwise)}));
  }
  return node;
}

Result<ExpressionPtr> ExpressionParser::parse_or() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr left, parse_and());
  while (tokens_.skip_name("or")) {
    TRY_ASSIGN(ExpressionPtr right, parse_and());
    TRY_ASSIGN(left, make_expression(line, LogicalExpression{LogicalOperator::Or, std::move(left),
                                                             std::move(right)}));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_and() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr left, parse_not());
  while (tokens_.skip_name("and")) {
    TRY_ASSIGN(ExpressionPtr right, parse_not());
    TRY_ASSIGN(left, make_expression(line, LogicalExpression{LogicalOperator::And, std::move(left),
                                                             std::move(right)}));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_not() {
  const int line = tokens_.line();
  int num_nots = 0;
  while (tokens_.skip_name("not")) ++num_nots;
  TRY_ASSIGN(ExpressionPtr node, parse_comparison());
  for (; num_nots > 0; --num_nots) {
    TRY_ASSIGN(node, make_expression(line, UnaryExpression{UnaryOperator::Not, std::move(node)}));
  }
  return node;
}

Result<ExpressionPtr> ExpressionParser::parse_comparison() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr first, parse_sum());
  std::vector<std::pair<Comparison, ExpressionPtr>> rest;
  while (true) {
    auto comparison = operator_at(tokens_, kComparisons);
    if (tokens_.at_name("in")) comparison = Comparison::In;
    if (tokens_.at_name("not") && tokens_.next_is_name("in")) comparison = Comparison::NotIn;
    if (!comparison) break;
    tokens_.take();
    if (comparison == Comparison::NotIn) tokens_.take();
    TRY_ASSIGN(ExpressionPtr operand, parse_sum());
    rest.emplace_back(*comparison, std::move(operand));
  }
  if (rest.empty()) return first;
  return make_expression(line, ComparisonExpression{std::move(first), std::move(rest)});
}

Result<ExpressionPtr> ExpressionParser::parse_sum() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr left, parse_concatenation());
  while (const auto op = operator_at(tokens_, kSums)) {
    tokens_.take();
    TRY_ASSIGN(ExpressionPtr right, parse_concatenation());
    TRY_ASSIGN(left,
               make_expression(line, BinaryExpression{*op, std::move(left), std::move(right)}));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_concatenation() {
  const int line = tokens_.line();
  std::vector<ExpressionPtr> parts;
  do {
    TRY_ASSIGN(parts.emplace_back(), parse_product());
  } while (tokens_.skip_operator("~"));
  if (parts.size() == 1) return std::move(parts.front());
  return make_expression(line, ConcatenationExpression{std::move(parts)});
}

Result<ExpressionPtr> ExpressionParser::parse_product() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr left, parse_power());
  while (const auto op = operator_at(tokens_, kProducts)) {
    tokens_.take();
    TRY_ASSIGN(ExpressionPtr right, parse_power());
    TRY_ASSIGN(left,
               make_expression(line, BinaryExpression{*op, std::move(left), std::move(right)}));
  }
  return left;
}

// From left to right, and weaker than a sign before it: jinja2 differs from Python here.
Result<ExpressionPtr> ExpressionParser::parse_power() {
  const int line = tokens_.line();
  TRY_ASSIGN(ExpressionPtr left, parse_unary());
  while (const auto op = operator_at(tokens_, kPowers)) {
    tokens_.take();
    TRY_ASSIGN(ExpressionPtr right, parse_unary());
    TRY_ASSIGN(left,
               make_expression(line, BinaryExpression{*op, std::move(left), std::move(right)}));
  }
  return left;
}

Result<ExpressionPtr> ExpressionParser::parse_unary() {
  const int line = tokens_.line();
  std::vector<UnaryOperator> signs;
  while (tokens_.at_operator("-") || tokens_.at_operator("+")) {
    signs.push_back(tokens_.take().text == "-" ? UnaryOperator::Minus : UnaryOperator::Plus);
  }
  TRY_ASSIGN(ExpressionPtr node, parse_primary());
  TRY_ASSIGN(node, parse_postfix(std::move(node)));
  for (; !signs.empty(); signs.pop_back()) {
    TRY_ASSIGN(node, make_expression(line, UnaryExpression{signs.back(), std::move(node)}));
  }
  return parse_filters_and_tests(std::move(node));
}

Result<ExpressionPtr> ExpressionParser::parse_primary() {
  if (tokens_.at(TokenKind::Name)) return parse_name();
  if (tokens_.at(TokenKind::String)) return parse_string();
  if (tokens_.at(TokenKind::Int) || tokens_.at(TokenKind::Float)) return parse_number();
  if (tokens_.at_operator("(")) return parse_parenthesized();
  if (tokens_.at_operator("[")) return parse_list();
  if (tokens_.at_operator("{")) return parse_dict();
  return tokens_.fail("unexpected '", tokens_.description(), "'");
}

Result<ExpressionPtr> ExpressionParser::parse_name() {
  const int line = tokens_.line();
  const std::string name = tokens_.take().text;
  if (name == "true" || name == "True") return make_expression(line, Literal{Value(true)});
  if (name == "false" || name == "False") return make_expression(line, Literal{Value(false)});
  if (name == "none" || name == "None") return make_expression(line, Literal{Value::none()});
  return make_expression(line, NameExpression{names_.mention(name)});
}

Result<ExpressionPtr> ExpressionParser::parse_string() {
  const int line = tokens_.line();
  std::string text;
  while (tokens_.at(TokenKind::String)) text += tokens_.take().text;
  return make_expression(line, Literal{Value(std::move(text))});
}

Result<ExpressionPtr> ExpressionParser::parse_number() {
  const int line = tokens_.line();
  const bool is_float = tokens_.at(TokenKind::Float);
  const std::string digits = tokens_.take().text;
  if (is_float) return make_expression(line, Literal{Value(std::strtod(digits.c_str(), nullptr))});
  const auto value = parse_integer(digits, 0);
  if (!value) return tokens_.fail("the integer ", digits, " exceeds 128 bits");
  return make_expression(line, Literal{Value(*value)});
}

Result<ExpressionPtr> ExpressionParser::parse_parenthesized() {
  const int line = tokens_.line();
  tokens_.take();
  if (tokens_.skip_operator(")"))
    return make_expression(line, SequenceExpression{SequenceKind::Tuple, {}});
  TRY_ASSIGN(ExpressionPtr node, parse_tuple());
  TRY(tokens_.expect_operator(")"));
  return node;
}

Result<ExpressionPtr> ExpressionParser::parse_list() {
  const int line = tokens_.line();
  std::vector<ExpressionPtr> items;
  tokens_.take();
  while (!tokens_.at_operator("]")) {
    if (!items.empty()) TRY(tokens_.expect_operator(","));
    if (tokens_.at_operator("]")) break;
    TRY_ASSIGN(items.emplace_back(), parse());
  }
  tokens_.take();
  return make_expression(line, SequenceExpression{SequenceKind::List, std::move(items)});
}

Result<ExpressionPtr> ExpressionParser::parse_dict() {
  const int line = tokens_.line();
  DictExpression dict;
  tokens_.take();
  while (!tokens_.at_operator("}")) {
    if (!dict.entries.empty()) TRY(tokens_.expect_operator(","));
    if (tokens_.at_operator("}")) break;
    TRY_ASSIGN(ExpressionPtr key, parse());
    TRY(tokens_.expect_operator(":"));
    TRY_ASSIGN(ExpressionPtr value, parse());
    dict.entries.emplace_back(std::move(key), std::move(value));
  }
  tokens_.take();
  return make_expression(line, std::move(dict));
}

}  // namespace falconet::jinja
