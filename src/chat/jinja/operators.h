// Python's operators on values: arithmetic, comparison, membership, iteration, subscripts.
#pragma once

#include <string_view>

#include "chat/jinja/ast.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

// All errors: InvalidArgument where Python raises TypeError, ValueError or the like and jinja2
// UndefinedError; TooLarge over the limits.

/// The error that any use of an undefined value raises.
Error undefined_error(const Value& value);

Result<Value> apply(UnaryOperator op, const Value& operand);
Result<Value> apply(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right);
Result<bool> compare(Runtime& runtime, Comparison comparison, const Value& left,
                     const Value& right);

/// Python's == with its cost paid.
Result<bool> are_equal(Runtime& runtime, const Value& a, const Value& b);

/// Python's <: numbers, text, and lists and tuples by their first difference.
Result<bool> is_less(Runtime& runtime, const Value& a, const Value& b);

/// `item in container`.
Result<bool> contains(Runtime& runtime, const Value& container, const Value& item);

bool is_iterable(const Value& value);

/// What a for loop goes through: items, characters, keys. Empties a generator.
Result<Items> iterate(Runtime& runtime, const Value& value);

/// len(value).
Result<std::size_t> length_of(const Value& value);

/// `object.name`: an attribute or method, else an item; undefined where there is neither.
Result<Value> get_attribute(const Value& object, std::string_view name);

/// `object[key]`: an item, else an attribute or method; undefined where there is neither.
Result<Value> get_item(Runtime& runtime, const Value& object, const Value& key);

struct SliceBounds {
  Value start = Value::none(), stop = Value::none(), step = Value::none();
};
Result<Value> get_slice(Runtime& runtime, const Value& object, const SliceBounds& bounds);

}  // namespace falconet::jinja
