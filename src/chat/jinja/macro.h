// Macros and recursive loops: pieces of a template that can be called.
#pragma once

#include "chat/jinja/ast.h"
#include "chat/jinja/object.h"
#include "chat/jinja/scope.h"

namespace falconet::jinja {

class Macro final : public Object {
 public:
  /// The definition belongs to the template, which outlives its renderings; the scope is captured.
  Macro(const MacroDefinition& definition, Scope* scope) : definition_(definition), scope_(scope) {}

  std::string_view type_name() const override { return "Macro"; }
  std::string_view module() const override { return "jinja2.runtime."; }
  bool is_callable() const override { return true; }
  std::optional<Value> attribute(std::string_view name) const override {
    if (name == "name") return Value(definition_.name);
    return std::nullopt;
  }

  const MacroDefinition& definition() const { return definition_; }
  Scope* scope() const { return scope_; }

 private:
  const MacroDefinition& definition_;
  Scope* scope_;
};

/// The variable `loop` of a loop that may be called with items of the next level.
class RecursiveLoop final : public Loop {
 public:
  RecursiveLoop(Items items, int depth0, const ForStatement& statement, Scope* scope)
      : Loop(std::move(items), depth0), statement_(statement), scope_(scope) {}

  bool is_callable() const override { return true; }
  const ForStatement& statement() const { return statement_; }
  Scope* scope() const { return scope_; }

 private:
  const ForStatement& statement_;
  Scope* scope_;  // around the loop; captured
};

}  // namespace falconet::jinja
