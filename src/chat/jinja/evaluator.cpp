#include "chat/jinja/evaluator.h"

#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"

namespace falconet::jinja {
namespace {

// A macro that calls itself takes several nodes of the tree a level. Twenty times the levels that
// users count still fit the stack of any thread.
constexpr int kNodesPerLevel = 10;

}  // namespace

Result<std::string> Evaluator::run() {
  auto flow = execute(program_.body);
  if (!flow) return std::move(flow).error();
  return std::move(out_);
}

Status Evaluator::enter() {
  if (depth_ >= kNodesPerLevel * runtime_.limits().max_depth) {
    return error(ErrorCode::TooLarge, "the template recurses too deep");
  }
  ++depth_;
  return {};
}

Error Evaluator::locate(Error error, int line) {
  if (is_error_located_) return error;
  is_error_located_ = true;
  return std::move(error).within(cat("line ", line));
}

Result<Value> Evaluator::evaluate(const Expression& expression) {
  Status status = runtime_.spend(1);
  if (status) status = enter();
  if (!status) return locate(std::move(status).error(), expression.line);
  auto value = std::visit([this](const auto& node) { return evaluate(node); }, expression.node);
  leave();
  if (!value) return locate(std::move(value).error(), expression.line);
  return value;
}

Result<Value> Evaluator::evaluate(const NameExpression& node) {
  if (const Value* value = scope_->find(node.name)) return *value;
  const std::string& name = program_.names[static_cast<std::size_t>(node.name.value)];
  if (const Value* value = context_.find(name)) return *value;
  if (const Builtin* function = find_global(name)) {
    return Value(std::make_shared<const BoundMethod>(BoundMethod{Value::none(), function}));
  }
  return Value::undefined(cat("'", name, "' is undefined"));
}

Result<Value> Evaluator::evaluate(const SequenceExpression& node) {
  std::vector<Value> items;
  items.reserve(node.items.size());
  for (const ExpressionPtr& item : node.items) {
    TRY_ASSIGN(items.emplace_back(), evaluate(*item));
  }
  return runtime_.sequence(node.kind, std::move(items));
}

Result<Value> Evaluator::evaluate(const DictExpression& node) {
  Dict dict;
  for (const auto& [key_expression, value_expression] : node.entries) {
    TRY_ASSIGN(Value key, evaluate(*key_expression));
    TRY_ASSIGN(Value value, evaluate(*value_expression));
    if (!is_hashable(key)) return template_error("unhashable type: '", type_name(key), "'");
    dict.set(std::move(key), std::move(value));
  }
  return runtime_.dict(std::move(dict));
}

Result<Value> Evaluator::evaluate(const AttributeExpression& node) {
  TRY_ASSIGN(const Value object, evaluate(*node.object));
  return get_attribute(object, node.name);
}

Result<Value> Evaluator::evaluate(const SubscriptExpression& node) {
  TRY_ASSIGN(const Value object, evaluate(*node.object));
  TRY_ASSIGN(const Value key, evaluate(*node.key));
  return get_item(runtime_, object, key);
}

Result<Value> Evaluator::evaluate(const SliceExpression& node) {
  TRY_ASSIGN(const Value object, evaluate(*node.object));
  SliceBounds bounds;
  TRY_ASSIGN(bounds.start, evaluate_optional(node.start, Value::none()));
  TRY_ASSIGN(bounds.stop, evaluate_optional(node.stop, Value::none()));
  TRY_ASSIGN(bounds.step, evaluate_optional(node.step, Value::none()));
  return get_slice(runtime_, object, bounds);
}

Result<Value> Evaluator::evaluate_optional(const ExpressionPtr& expression, Value fallback) {
  if (!expression) return fallback;
  return evaluate(*expression);
}

Result<Value> Evaluator::evaluate(const CallExpression& node) {
  TRY_ASSIGN(const Value callee, evaluate(*node.callee));
  TRY_ASSIGN(Arguments arguments, evaluate_arguments(node.arguments));
  return call(callee, std::move(arguments));
}

Result<Arguments> Evaluator::evaluate_arguments(const ArgumentExpressions& expressions) {
  Arguments arguments;
  arguments.positional.reserve(expressions.positional.size());
  for (const ExpressionPtr& expression : expressions.positional) {
    TRY_ASSIGN(arguments.positional.emplace_back(), evaluate(*expression));
  }
  for (const auto& [name, expression] : expressions.named) {
    TRY_ASSIGN(Value value, evaluate(*expression));
    arguments.named.emplace_back(name, std::move(value));
  }
  if (expressions.starred) {
    TRY_ASSIGN(const Value values, evaluate(*expressions.starred));
    TRY_ASSIGN(const Items items, iterate(runtime_, values));
    TRY(runtime_.spend(items->size()));
    arguments.positional.insert(arguments.positional.end(), items->begin(), items->end());
  }
  if (expressions.double_starred) {
    TRY_ASSIGN(const Value mapping, evaluate(*expressions.double_starred));
    TRY(spread_named(mapping, arguments));
  }
  return arguments;
}

Status Evaluator::spread_named(const Value& mapping, Arguments& arguments) {
  if (!mapping.is(Value::Kind::Dict)) {
    return template_error("argument after ** must be a mapping, not ", type_name(mapping));
  }
  TRY(runtime_.spend(mapping.dict().size()));
  for (const auto& [key, value] : mapping.dict().entries()) {
    if (!key.is_string()) return template_error("keywords must be strings");
    arguments.named.emplace_back(key.text(), value);
  }
  return {};
}

Result<Value> Evaluator::evaluate(const FilterExpression& node) {
  if (!node.filter) return template_error("No filter named '", node.name, "'.");
  TRY_ASSIGN(const Value input, evaluate(*node.input));
  TRY_ASSIGN(const Arguments arguments, evaluate_arguments(node.arguments));
  return invoke(*node.filter, runtime_, input, arguments);
}

Result<Value> Evaluator::filter_text(const Expression& filter, std::string text) {
  const auto* node = std::get_if<FilterExpression>(&filter.node);
  CHECK(node != nullptr, "a filter block without a filter");
  if (!node->filter) return template_error("No filter named '", node->name, "'.");
  Value input;
  if (node->input) {
    TRY_ASSIGN(input, filter_text(*node->input, std::move(text)));
  } else {
    TRY_ASSIGN(input, runtime_.text(std::move(text)));
  }
  TRY_ASSIGN(const Arguments arguments, evaluate_arguments(node->arguments));
  return invoke(*node->filter, runtime_, input, arguments);
}

Result<Value> Evaluator::evaluate(const TestExpression& node) {
  if (!node.test) return template_error("No test named '", node.name, "'.");
  TRY_ASSIGN(const Value input, evaluate(*node.input));
  TRY_ASSIGN(const Arguments arguments, evaluate_arguments(node.arguments));
  return invoke(*node.test, runtime_, input, arguments);
}

Result<Value> Evaluator::evaluate(const UnaryExpression& node) {
  TRY_ASSIGN(const Value operand, evaluate(*node.operand));
  return apply(node.op, operand);
}

Result<Value> Evaluator::evaluate(const BinaryExpression& node) {
  TRY_ASSIGN(const Value left, evaluate(*node.left));
  TRY_ASSIGN(const Value right, evaluate(*node.right));
  return apply(runtime_, node.op, left, right);
}

Result<Value> Evaluator::evaluate(const ConcatenationExpression& node) {
  std::string text;
  for (const ExpressionPtr& part : node.parts) {
    TRY_ASSIGN(const Value value, evaluate(*part));
    TRY_ASSIGN(const std::string piece, to_text(runtime_, value));
    text += piece;
    if (text.size() > runtime_.limits().max_output_bytes) break;
  }
  return runtime_.text(std::move(text));
}

Result<Value> Evaluator::evaluate(const ComparisonExpression& node) {
  TRY_ASSIGN(Value left, evaluate(*node.first));
  for (const auto& [comparison, expression] : node.rest) {
    TRY_ASSIGN(Value right, evaluate(*expression));
    TRY_ASSIGN(const bool holds, compare(runtime_, comparison, left, right));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<Value> Evaluator::evaluate(const LogicalExpression& node) {
  TRY_ASSIGN(Value left, evaluate(*node.left));
  if (is_truthy(left) == (node.op == LogicalOperator::Or)) return left;
  return evaluate(*node.right);
}

Result<Value> Evaluator::evaluate(const ConditionalExpression& node) {
  TRY_ASSIGN(const Value condition, evaluate(*node.condition));
  if (is_truthy(condition)) return evaluate(*node.then);
  return evaluate_optional(
      node.otherwise,
      Value::undefined("the inline if-expression evaluated to false and no else section was "
                       "defined."));
}

}  // namespace falconet::jinja
