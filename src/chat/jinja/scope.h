// Where names find their values while a template runs.
#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "chat/jinja/ast.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

/// The names that one block sets; what it does not find it asks of the block around it.
class Scope {
 public:
  const Value* find(NameId name) const;
  void set(NameId name, Value value);

 private:
  friend class ScopePool;

  Scope* parent_ = nullptr;
  bool is_captured_ = false;
  std::vector<std::pair<NameId, Value>> values_;
};

/// Owns all scopes of a rendering. A scope is used again once its block ends, unless a macro was
/// made in it: that may be called at any later time.
class ScopePool {
 public:
  Scope* open(Scope* parent);
  void close(Scope* scope);

  /// Keeps the scope and those around it until the end of the rendering.
  static void capture(Scope* scope);

 private:
  std::deque<Scope> scopes_;  // a deque, because scopes are pointed to
  std::vector<Scope*> free_;
};

}  // namespace falconet::jinja
