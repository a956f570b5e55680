#include "chat/jinja/scope.h"

namespace falconet::jinja {

const Value* Scope::find(NameId name) const {
  for (const Scope* scope = this; scope; scope = scope->parent_) {
    for (const auto& [candidate, value] : scope->values_) {
      if (candidate == name) return &value;
    }
  }
  return nullptr;
}

void Scope::set(NameId name, Value value) {
  for (auto& [candidate, old_value] : values_) {
    if (candidate != name) continue;
    old_value = std::move(value);
    return;
  }
  values_.emplace_back(name, std::move(value));
}

Scope* ScopePool::open(Scope* parent) {
  if (free_.empty()) free_.push_back(&scopes_.emplace_back());
  Scope* const scope = free_.back();
  free_.pop_back();
  scope->parent_ = parent;
  return scope;
}

void ScopePool::close(Scope* scope) {
  if (scope->is_captured_) return;
  scope->values_.clear();
  free_.push_back(scope);
}

void ScopePool::capture(Scope* scope) {
  for (; scope && !scope->is_captured_; scope = scope->parent_) scope->is_captured_ = true;
}

}  // namespace falconet::jinja
