// Calls of macros, methods and recursive loops.
#include <algorithm>

#include "chat/jinja/evaluator.h"
#include "chat/jinja/operators.h"

namespace falconet::jinja {

Result<Value> Evaluator::call(const Value& callee, Arguments arguments) {
  if (callee.is_undefined()) return undefined_error(callee);
  if (callee.is(Value::Kind::Method)) {
    const BoundMethod& method = callee.method();
    auto result = invoke(*method.builtin, runtime_, method.self, arguments);
    const bool is_raised = !result && method.builtin->name == kRaiseException;
    is_error_located_ = is_error_located_ || is_raised;
    return result;
  }
  if (callee.is(Value::Kind::Object)) {
    Object* const object = callee.object();
    if (auto* macro = dynamic_cast<Macro*>(object)) {
      TRY(enter());
      auto result = call_macro(*macro, std::move(arguments));
      leave();
      return result;
    }
    if (auto* loop = dynamic_cast<RecursiveLoop*>(object)) {
      TRY(enter());
      auto result = call_loop(*loop, arguments);
      leave();
      return result;
    }
    if (auto* joiner = dynamic_cast<Joiner*>(object)) return joiner->next();
    if (dynamic_cast<Loop*>(object)) {
      return template_error("The loop must have the 'recursive' marker to be called recursively.");
    }
  }
  return template_error("'", type_name(callee), "' object is not callable");
}

Result<Value> Evaluator::call_macro(const Macro& macro, Arguments arguments) {
  const InnerScope scope(*this, macro.scope());
  TRY(bind_parameters(macro.definition(), std::move(arguments)));
  TRY_ASSIGN(Captured captured, capture(macro.definition().body));
  return runtime_.text(std::move(captured.text));
}

Status Evaluator::bind_parameters(const MacroDefinition& macro, Arguments arguments) {
  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    const Parameter& parameter = macro.parameters[i];
    if (i < arguments.positional.size()) {
      scope_->set(parameter.name, arguments.positional[i]);
      continue;
    }
    const auto named =
        std::find_if(arguments.named.begin(), arguments.named.end(),
                     [&](const auto& argument) { return argument.first == parameter.spelling; });
    if (named != arguments.named.end()) {
      scope_->set(parameter.name, std::move(named->second));
      arguments.named.erase(named);
      continue;
    }
    TRY_ASSIGN(Value value,
               evaluate_optional(
                   parameter.fallback,
                   Value::undefined(cat("parameter '", parameter.spelling, "' was not provided"))));
    scope_->set(parameter.name, std::move(value));
  }
  const std::size_t num_taken = std::min(macro.parameters.size(), arguments.positional.size());
  arguments.positional.erase(arguments.positional.begin(),
                             arguments.positional.begin() + static_cast<std::ptrdiff_t>(num_taken));
  return bind_rest(macro, std::move(arguments));
}

// What is left for caller, kwargs and varargs.
Status Evaluator::bind_rest(const MacroDefinition& macro, Arguments arguments) {
  if (macro.uses_caller) {
    const auto caller =
        std::find_if(arguments.named.begin(), arguments.named.end(),
                     [](const auto& argument) { return argument.first == "caller"; });
    if (caller == arguments.named.end()) {
      scope_->set(KnownNames::kCaller, Value::undefined("No caller defined"));
    } else {
      scope_->set(KnownNames::kCaller, std::move(caller->second));
      arguments.named.erase(caller);
    }
  }
  if (macro.uses_kwargs) {
    Dict kwargs;
    for (auto& [name, value] : arguments.named) kwargs.set(Value(name), std::move(value));
    TRY_ASSIGN(Value value, runtime_.dict(std::move(kwargs)));
    scope_->set(KnownNames::kKwargs, std::move(value));
  } else if (!arguments.named.empty()) {
    return template_error("macro '", macro.name, "' takes no keyword argument '",
                          arguments.named.front().first, "'");
  }
  if (macro.uses_varargs) {
    TRY_ASSIGN(Value value, runtime_.tuple(std::move(arguments.positional)));
    scope_->set(KnownNames::kVarargs, std::move(value));
  } else if (!arguments.positional.empty()) {
    return template_error("macro '", macro.name, "' takes not more than ", macro.parameters.size(),
                          " argument(s)");
  }
  return {};
}

Result<Value> Evaluator::call_loop(const RecursiveLoop& loop, const Arguments& arguments) {
  if (arguments.positional.size() != 1 || !arguments.named.empty()) {
    return template_error("a recursive loop is called with the items of the next level");
  }
  const InnerScope scope(*this, loop.scope());
  std::string outer = std::exchange(out_, {});
  auto flow = run_loop(loop.statement(), arguments.positional[0], loop.depth0() + 1);
  std::string text = std::exchange(out_, std::move(outer));
  if (!flow) return std::move(flow).error();
  return runtime_.text(std::move(text));
}

}  // namespace falconet::jinja
