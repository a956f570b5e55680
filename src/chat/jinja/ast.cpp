#include "chat/jinja/ast.h"

#include <algorithm>

namespace falconet::jinja {
namespace {

// The height of the tallest child, found by one overload for each kind of node.
class Heights {
 public:
  int tallest() const { return tallest_; }

  void add(const ExpressionPtr& child) {
    if (child) tallest_ = std::max(tallest_, child->height);
  }
  void add(const std::vector<ExpressionPtr>& children) {
    for (const ExpressionPtr& child : children) add(child);
  }
  void add(const ArgumentExpressions& arguments) {
    add(arguments.positional);
    for (const auto& [name, value] : arguments.named) add(value);
    add(arguments.starred);
    add(arguments.double_starred);
  }

  void visit(const Literal&) {}
  void visit(const NameExpression&) {}
  void visit(const SequenceExpression& node) { add(node.items); }
  void visit(const DictExpression& node) {
    for (const auto& [key, value] : node.entries) add(key), add(value);
  }
  void visit(const AttributeExpression& node) { add(node.object); }
  void visit(const SubscriptExpression& node) { add(node.object), add(node.key); }
  void visit(const SliceExpression& node) {
    add(node.object), add(node.start), add(node.stop), add(node.step);
  }
  void visit(const CallExpression& node) { add(node.callee), add(node.arguments); }
  void visit(const FilterExpression& node) { add(node.input), add(node.arguments); }
  void visit(const TestExpression& node) { add(node.input), add(node.arguments); }
  void visit(const UnaryExpression& node) { add(node.operand); }
  void visit(const BinaryExpression& node) { add(node.left), add(node.right); }
  void visit(const ConcatenationExpression& node) { add(node.parts); }
  void visit(const ComparisonExpression& node) {
    add(node.first);
    for (const auto& [comparison, operand] : node.rest) add(operand);
  }
  void visit(const LogicalExpression& node) { add(node.left), add(node.right); }
  void visit(const ConditionalExpression& node) {
    add(node.condition), add(node.then), add(node.otherwise);
  }

 private:
  int tallest_ = 0;
};

}  // namespace

Result<ExpressionPtr> make_expression(int line, ExpressionNode node) {
  Heights heights;
  std::visit([&](const auto& alternative) { heights.visit(alternative); }, node);
  if (heights.tallest() >= kMaxNesting) {
    return error(ErrorCode::TooLarge, "line ", line, ": an expression nests deeper than ",
                 kMaxNesting, " levels");
  }
  return std::make_unique<const Expression>(
      Expression{line, heights.tallest() + 1, std::move(node)});
}

}  // namespace falconet::jinja
