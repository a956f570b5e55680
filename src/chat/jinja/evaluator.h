// Runs the tree of a template.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/jinja/ast.h"
#include "chat/jinja/macro.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/scope.h"

namespace falconet::jinja {

/// One rendering. Template, runtime and context must outlive it.
class Evaluator {
 public:
  Evaluator(const Template& program, Runtime& runtime, const Dict& context)
      : program_(program), runtime_(runtime), context_(context), scope_(scopes_.open(nullptr)) {}

  /// Errors: InvalidArgument, TooLarge; with the line, but for raise_exception the bare message.
  Result<std::string> run();

 private:
  enum class Flow { Next, Break, Continue };

  // Expressions.
  Result<Value> evaluate(const Expression& expression);
  Result<Value> evaluate(const Literal& node) { return node.value; }
  Result<Value> evaluate(const NameExpression& node);
  Result<Value> evaluate(const SequenceExpression& node);
  Result<Value> evaluate(const DictExpression& node);
  Result<Value> evaluate(const AttributeExpression& node);
  Result<Value> evaluate(const SubscriptExpression& node);
  Result<Value> evaluate(const SliceExpression& node);
  Result<Value> evaluate(const CallExpression& node);
  Result<Value> evaluate(const FilterExpression& node);
  Result<Value> evaluate(const TestExpression& node);
  Result<Value> evaluate(const UnaryExpression& node);
  Result<Value> evaluate(const BinaryExpression& node);
  Result<Value> evaluate(const ConcatenationExpression& node);
  Result<Value> evaluate(const ComparisonExpression& node);
  Result<Value> evaluate(const LogicalExpression& node);
  Result<Value> evaluate(const ConditionalExpression& node);
  Result<Value> evaluate_optional(const ExpressionPtr& expression, Value fallback);
  Result<Arguments> evaluate_arguments(const ArgumentExpressions& arguments);
  Status spread_named(const Value& mapping, Arguments& arguments);

  // A chain of filters whose innermost input is `text`: filter blocks.
  Result<Value> filter_text(const Expression& filter, std::string text);

  // Calls.
  Result<Value> call(const Value& callee, Arguments arguments);
  Result<Value> call_macro(const Macro& macro, Arguments arguments);
  Status bind_parameters(const MacroDefinition& macro, Arguments arguments);
  Status bind_rest(const MacroDefinition& macro, Arguments arguments);
  Result<Value> call_loop(const RecursiveLoop& loop, const Arguments& arguments);

  // Statements.
  Result<Flow> execute(const Body& body);
  Result<Flow> execute(const Statement& statement);
  Result<Flow> execute(const TextStatement& node);
  Result<Flow> execute(const PrintStatement& node);
  Result<Flow> execute(const IfStatement& node);
  Result<Flow> execute(const ForStatement& node);
  Result<Flow> execute(const SetStatement& node);
  Result<Flow> execute(const SetBlock& node);
  Result<Flow> execute(const MacroStatement& node);
  Result<Flow> execute(const CallBlock& node);
  Result<Flow> execute(const FilterBlock& node);
  Result<Flow> execute(const WithStatement& node);
  Result<Flow> execute(const ScopeStatement& node);
  Result<Flow> execute(const BreakStatement&) { return Flow::Break; }
  Result<Flow> execute(const ContinueStatement&) { return Flow::Continue; }

  Result<Flow> run_loop(const ForStatement& node, const Value& iterable, int depth0);
  Result<Items> loop_items(const ForStatement& node, const Value& iterable);
  Loop* make_loop(const ForStatement& node, const Items& items, int depth0);

  Status assign(const Target& target, const Value& value);
  Status check_namespaces(const Target& target) const;
  Namespace* find_namespace(NameId name) const;

  Status print(const Value& value);
  Status print_text(std::string_view text);

  // The text that a body prints, and how it ended.
  struct Captured {
    std::string text;
    Flow flow;
  };
  Result<Captured> capture(const Body& body);

  // Deeper recursion is refused: it would exhaust the thread's stack.
  Status enter();
  void leave() { --depth_; }

  // Puts the line before the message, once.
  Error locate(Error error, int line);

  // Opens a scope inside the current one, or inside `parent`, and closes it at the end of a block.
  class InnerScope;

  const Template& program_;
  Runtime& runtime_;
  const Dict& context_;
  ScopePool scopes_;
  Scope* scope_;     // the current one
  std::string out_;  // what the current capture has printed
  int depth_ = 0;
  bool is_error_located_ = false;
};

class Evaluator::InnerScope {
 public:
  explicit InnerScope(Evaluator& evaluator) : InnerScope(evaluator, evaluator.scope_) {}
  InnerScope(Evaluator& evaluator, Scope* parent)
      : evaluator_(evaluator),
        outer_(std::exchange(evaluator.scope_, evaluator.scopes_.open(parent))) {}
  InnerScope(const InnerScope&) = delete;
  InnerScope& operator=(const InnerScope&) = delete;
  ~InnerScope() { evaluator_.scopes_.close(std::exchange(evaluator_.scope_, outer_)); }

 private:
  Evaluator& evaluator_;
  Scope* outer_;
};

}  // namespace falconet::jinja
