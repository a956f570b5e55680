// The tree of a parsed template: expressions and statements, immutable once parsed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/strong_id.h"
#include "chat/jinja/builtin.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

/// A name of the template, by its place in Template::names.
using NameId = StrongId<struct NameTag>;

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Literal {
  Value value;
};

struct NameExpression {
  NameId name;
};

struct SequenceExpression {
  SequenceKind kind;  // List or Tuple
  std::vector<ExpressionPtr> items;
};

struct DictExpression {
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
};

struct AttributeExpression {
  ExpressionPtr object;
  std::string name;
};

struct SubscriptExpression {
  ExpressionPtr object;
  ExpressionPtr key;
};

struct SliceExpression {
  ExpressionPtr object;
  ExpressionPtr start, stop, step;  // null where left out
};

struct ArgumentExpressions {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr starred, double_starred;  // null where there is none
};

struct CallExpression {
  ExpressionPtr callee;
  ArgumentExpressions arguments;
};

struct FilterExpression {
  ExpressionPtr input;  // null in {% filter %} and {% set %} blocks: their text goes in
  std::string name;
  const Builtin* filter;  // null if there is none of that name, which only its use makes an error
  ArgumentExpressions arguments;
};

struct TestExpression {
  ExpressionPtr input;
  std::string name;
  const Builtin* test;
  ArgumentExpressions arguments;
};

enum class UnaryOperator { Plus, Minus, Not };

struct UnaryExpression {
  UnaryOperator op;
  ExpressionPtr operand;
};

enum class BinaryOperator { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };

struct BinaryExpression {
  BinaryOperator op;
  ExpressionPtr left, right;
};

struct ConcatenationExpression {
  std::vector<ExpressionPtr> parts;
};

enum class Comparison { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };

/// a < b <= c: true if each neighbouring pair compares so.
struct ComparisonExpression {
  ExpressionPtr first;
  std::vector<std::pair<Comparison, ExpressionPtr>> rest;
};

enum class LogicalOperator { And, Or };

struct LogicalExpression {
  LogicalOperator op;
  ExpressionPtr left, right;
};

struct ConditionalExpression {
  ExpressionPtr condition, then, otherwise;  // otherwise is null where left out
};

using ExpressionNode =
    std::variant<Literal, NameExpression, SequenceExpression, DictExpression, AttributeExpression,
                 SubscriptExpression, SliceExpression, CallExpression, FilterExpression,
                 TestExpression, UnaryExpression, BinaryExpression, ConcatenationExpression,
                 ComparisonExpression, LogicalExpression, ConditionalExpression>;

struct Expression {
  int line;
  int height;  // levels below, itself included: bounds the recursion of everyone who walks it
  ExpressionNode node;
};

/// Levels that expressions and blocks may nest. Python, into which jinja2 compiles, has the same
/// limit on parentheses, so that no template in the wild comes near it.
constexpr int kMaxNesting = 200;

/// Errors: TooLarge where it would be higher than kMaxNesting.
Result<ExpressionPtr> make_expression(int line, ExpressionNode node);

struct Statement;
using Body = std::vector<Statement>;

/// What is assigned to: a name, an attribute of a namespace, or several of these.
struct Target {
  NameId name;
  std::string attribute;      // empty: the name itself
  std::vector<Target> parts;  // not empty: the value is unpacked
  bool is_tuple = false;
};

struct TextStatement {
  std::string text;
};

struct PrintStatement {
  ExpressionPtr expression;
};

struct Branch {
  ExpressionPtr condition;  // null: else
  Body body;
};

struct IfStatement {
  std::vector<Branch> branches;
};

struct ForStatement {
  Target target;
  ExpressionPtr items;
  ExpressionPtr condition;  // null: all items
  bool is_recursive = false;
  bool uses_loop = false;
  Body body;
  Body otherwise;
};

struct SetStatement {
  Target target;
  ExpressionPtr value;
};

struct SetBlock {
  Target target;
  ExpressionPtr filter;  // null: the text as it is
  Body body;
};

struct Parameter {
  NameId name;
  std::string spelling;
  ExpressionPtr fallback;  // null: undefined if not given
};

/// A macro, or the body of a call block, which is the macro `caller`.
struct MacroDefinition {
  std::string name;
  std::vector<Parameter> parameters;
  Body body;
  // Which of the names a macro gets by itself its body mentions.
  bool uses_caller = false, uses_varargs = false, uses_kwargs = false;
};

struct MacroStatement {
  NameId name;
  MacroDefinition definition;
};

struct CallBlock {
  ExpressionPtr call;  // a CallExpression
  MacroDefinition caller;
};

struct FilterBlock {
  ExpressionPtr filter;
  Body body;
};

struct WithStatement {
  std::vector<std::pair<Target, ExpressionPtr>> assignments;
  Body body;
};

/// A body with names of its own: {% generation %}, {% block %}.
struct ScopeStatement {
  Body body;
};

struct BreakStatement {};
struct ContinueStatement {};

struct Statement {
  int line;
  std::variant<TextStatement, PrintStatement, IfStatement, ForStatement, SetStatement, SetBlock,
               MacroStatement, CallBlock, FilterBlock, WithStatement, ScopeStatement,
               BreakStatement, ContinueStatement>
      node;
};

/// Names that the interpreter itself defines; they come first in every template.
struct KnownNames {
  static constexpr NameId kLoop{0}, kCaller{1}, kVarargs{2}, kKwargs{3};
};

struct Template {
  std::vector<std::string> names;
  Body body;
};

}  // namespace falconet::jinja
