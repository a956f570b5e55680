// The functions that templates call: filters, tests, methods and globals, in one form.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;

  const Value* find(std::string_view name) const;
};

/// One call of a builtin: what it is called on and its arguments in the order of its parameters.
struct Call {
  static constexpr std::size_t kMaxParameters = 5;

  Runtime& runtime;
  const Value& self;  // what is filtered or tested, or what the method belongs to
  const Arguments& arguments;
  std::array<const Value*, kMaxParameters> bound{};  // null where the argument is not given

  bool has(std::size_t i) const { return bound[i] != nullptr; }
  const Value& operator[](std::size_t i) const { return *bound[i]; }

  /// Absent and None read as the fallback. Errors: InvalidArgument for a value of another type.
  Result<Integer> integer(std::size_t i, Integer fallback) const;
  Result<std::string> text(std::size_t i, std::string_view fallback) const;
  bool flag(std::size_t i, bool fallback) const;
};

struct Builtin {
  std::string_view name;
  Result<Value> (*run)(const Call& call);
  /// Names separated by spaces; "=" after a name marks it optional; "*" takes whatever comes.
  std::string_view parameters;
};

/// A method with the value it belongs to; a global function belongs to None.
struct BoundMethod {
  Value self;
  const Builtin* builtin;
};

/// Errors: InvalidArgument where the arguments do not fit the parameters, and those of the call.
Result<Value> invoke(const Builtin& builtin, Runtime& runtime, const Value& self,
                     const Arguments& arguments);

/// The builtin of that name in a table sorted in any way, or null.
const Builtin* find_builtin(std::span<const Builtin> table, std::string_view name);

/// The global whose errors are the template's own words.
constexpr std::string_view kRaiseException = "raise_exception";

// Null where there is none of that name.
const Builtin* find_filter(std::string_view name);
const Builtin* find_test(std::string_view name);
const Builtin* find_global(std::string_view name);
const Builtin* find_method(const Value& self, std::string_view name);

}  // namespace falconet::jinja
