// Execution of statements.
#include <algorithm>

#include "chat/jinja/evaluator.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"

namespace falconet::jinja {

Result<Evaluator::Flow> Evaluator::execute(const Body& body) {
  for (const Statement& statement : body) {
    TRY_ASSIGN(const Flow flow, execute(statement));
    if (flow != Flow::Next) return flow;
  }
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const Statement& statement) {
  Status status = runtime_.spend(1);
  if (status) status = enter();
  if (!status) return locate(std::move(status).error(), statement.line);
  auto flow = std::visit([this](const auto& node) { return execute(node); }, statement.node);
  leave();
  if (!flow) return locate(std::move(flow).error(), statement.line);
  return flow;
}

Status Evaluator::print_text(std::string_view text) {
  out_ += text;
  if (out_.size() > runtime_.limits().max_output_bytes) {
    return error(ErrorCode::TooLarge, "the output grew over ", runtime_.limits().max_output_bytes,
                 " bytes");
  }
  return runtime_.spend(text.size() / 64);
}

Status Evaluator::print(const Value& value) {
  if (value.is_string()) return print_text(value.text());
  TRY_ASSIGN(const std::string text, to_text(runtime_, value));
  return print_text(text);
}

Result<Evaluator::Captured> Evaluator::capture(const Body& body) {
  std::string outer = std::exchange(out_, {});
  auto flow = execute(body);
  std::string text = std::exchange(out_, std::move(outer));
  if (!flow) return std::move(flow).error();
  return Captured{std::move(text), *flow};
}

Result<Evaluator::Flow> Evaluator::execute(const TextStatement& node) {
  TRY(print_text(node.text));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const PrintStatement& node) {
  TRY_ASSIGN(const Value value, evaluate(*node.expression));
  TRY(print(value));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const IfStatement& node) {
  for (const Branch& branch : node.branches) {
    if (branch.condition) {
      TRY_ASSIGN(const Value condition, evaluate(*branch.condition));
      if (!is_truthy(condition)) continue;
    }
    return execute(branch.body);
  }
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const ForStatement& node) {
  TRY_ASSIGN(const Value iterable, evaluate(*node.items));
  return run_loop(node, iterable, /*depth0=*/0);
}

// The items that the loop's condition lets through.
Result<Items> Evaluator::loop_items(const ForStatement& node, const Value& iterable) {
  TRY_ASSIGN(const Items items, iterate(runtime_, iterable));
  if (!node.condition) return items;
  std::vector<Value> kept;
  for (const Value& item : *items) {
    const InnerScope scope(*this);
    TRY(assign(node.target, item));
    TRY_ASSIGN(const Value condition, evaluate(*node.condition));
    if (is_truthy(condition)) kept.push_back(item);
  }
  return Items(std::make_shared<const std::vector<Value>>(std::move(kept)));
}

Loop* Evaluator::make_loop(const ForStatement& node, const Items& items, int depth0) {
  if (!node.uses_loop) return nullptr;
  if (!node.is_recursive) return runtime_.own<Loop>(items, depth0);
  ScopePool::capture(scope_);
  return runtime_.own<RecursiveLoop>(items, depth0, node, scope_);
}

Result<Evaluator::Flow> Evaluator::run_loop(const ForStatement& node, const Value& iterable,
                                            int depth0) {
  TRY_ASSIGN(const Items items, loop_items(node, iterable));
  Loop* const loop = make_loop(node, items, depth0);
  // As in jinja2, `else` also runs where every iteration was cut short.
  bool has_finished_one = false;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const InnerScope scope(*this);
    TRY(runtime_.spend(1));
    if (loop) {
      loop->advance_to(i);
      scope_->set(KnownNames::kLoop, Value(static_cast<Object*>(loop)));
    }
    TRY(assign(node.target, (*items)[i]));
    TRY_ASSIGN(const Flow flow, execute(node.body));
    if (flow == Flow::Break) break;
    has_finished_one = has_finished_one || flow == Flow::Next;
  }
  if (has_finished_one) return Flow::Next;
  const InnerScope scope(*this);
  return execute(node.otherwise);
}

Namespace* Evaluator::find_namespace(NameId name) const {
  const Value* value = scope_->find(name);
  const bool is_object = value && value->is(Value::Kind::Object);
  return is_object ? dynamic_cast<Namespace*>(value->object()) : nullptr;
}

Status Evaluator::check_namespaces(const Target& target) const {
  for (const Target& part : target.parts) TRY(check_namespaces(part));
  if (!target.attribute.empty() && !find_namespace(target.name)) {
    return template_error("cannot assign attribute on non-namespace object");
  }
  return {};
}

Status Evaluator::assign(const Target& target, const Value& value) {
  if (!target.is_tuple && target.attribute.empty()) {
    scope_->set(target.name, value);
    return {};
  }
  if (!target.is_tuple) {
    Namespace* const names = find_namespace(target.name);
    if (!names) return template_error("cannot assign attribute on non-namespace object");
    names->set(target.attribute, value);
    return {};
  }
  if (value.is_undefined() || !is_iterable(value)) {
    return template_error("cannot unpack non-iterable ", type_name(value), " object");
  }
  TRY_ASSIGN(const Items items, iterate(runtime_, value));
  if (items->size() != target.parts.size()) {
    return template_error(items->size() < target.parts.size() ? "not enough" : "too many",
                          " values to unpack (expected ", target.parts.size(), ", got ",
                          items->size(), ")");
  }
  for (std::size_t i = 0; i < items->size(); ++i) TRY(assign(target.parts[i], (*items)[i]));
  return {};
}

Result<Evaluator::Flow> Evaluator::execute(const SetStatement& node) {
  TRY(check_namespaces(node.target));
  TRY_ASSIGN(const Value value, evaluate(*node.value));
  TRY(assign(node.target, value));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const SetBlock& node) {
  Value value;
  {
    const InnerScope scope(*this);
    TRY_ASSIGN(Captured captured, capture(node.body));
    if (captured.flow != Flow::Next) return captured.flow;
    if (node.filter) {
      TRY_ASSIGN(value, filter_text(*node.filter, std::move(captured.text)));
    } else {
      TRY_ASSIGN(value, runtime_.text(std::move(captured.text)));
    }
  }
  TRY(assign(node.target, value));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const MacroStatement& node) {
  ScopePool::capture(scope_);
  scope_->set(node.name, Value(runtime_.own<Macro>(node.definition, scope_)));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const CallBlock& node) {
  const auto& call_node = std::get<CallExpression>(node.call->node);
  TRY_ASSIGN(const Value callee, evaluate(*call_node.callee));
  TRY_ASSIGN(Arguments arguments, evaluate_arguments(call_node.arguments));
  ScopePool::capture(scope_);
  arguments.named.emplace_back("caller", Value(runtime_.own<Macro>(node.caller, scope_)));
  TRY_ASSIGN(const Value value, call(callee, std::move(arguments)));
  TRY(print(value));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const FilterBlock& node) {
  const InnerScope scope(*this);
  TRY_ASSIGN(Captured captured, capture(node.body));
  if (captured.flow != Flow::Next) return captured.flow;
  TRY_ASSIGN(const Value value, filter_text(*node.filter, std::move(captured.text)));
  TRY(print(value));
  return Flow::Next;
}

Result<Evaluator::Flow> Evaluator::execute(const WithStatement& node) {
  std::vector<Value> values;
  for (const auto& [target, expression] : node.assignments) {
    TRY_ASSIGN(values.emplace_back(), evaluate(*expression));
  }
  const InnerScope scope(*this);
  for (std::size_t i = 0; i < values.size(); ++i) TRY(assign(node.assignments[i].first, values[i]));
  return execute(node.body);
}

Result<Evaluator::Flow> Evaluator::execute(const ScopeStatement& node) {
  const InnerScope scope(*this);
  return execute(node.body);
}

}  // namespace falconet::jinja
