// The values that templates compute with: Python's, immutable and shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "chat/jinja/integer.h"

namespace falconet::jinja {

class Dict;
class Object;
struct BoundMethod;
struct Sequence;

/// A name, attribute or element that is not there; `reason` is the error that its use raises.
struct Undefined {
  std::shared_ptr<const std::string> reason;
};

struct None {};

/// UTF-8. Safe text is Markup: HTML that escaping leaves alone.
struct Text {
  std::shared_ptr<const std::string> bytes;
  bool is_safe = false;
};

/// How much a value holds, counting shared parts as often as they appear: it bounds every walk.
struct Extent {
  int depth = 0;           // levels of containers
  std::size_t weight = 1;  // values and 64-byte pieces of text
};

/// A handle. Its contents are held by shared_ptr because one message stands in the context, in
/// variables, in lists and in loops at once, none of which outlives the others; contents never
/// change, so that sharing cannot be observed, and cannot form a cycle. What does change (Object)
/// belongs to the Runtime and lives until the end of the rendering.
class Value {
 public:
  // The alternatives in the order of Storage.
  enum class Kind { Undefined, None, Boolean, Int, Float, String, Sequence, Dict, Method, Object };

  Value() = default;
  explicit Value(Undefined undefined) : storage_(std::move(undefined)) {}
  explicit Value(bool value) : storage_(value) {}
  explicit Value(Integer value) : storage_(value) {}
  explicit Value(double value) : storage_(value) {}
  explicit Value(Text text) : storage_(std::move(text)) {}
  explicit Value(std::string text)
      : storage_(Text{std::make_shared<const std::string>(std::move(text))}) {}
  explicit Value(std::shared_ptr<const Sequence> sequence) : storage_(std::move(sequence)) {}
  explicit Value(std::shared_ptr<const Dict> dict) : storage_(std::move(dict)) {}
  explicit Value(std::shared_ptr<const BoundMethod> method) : storage_(std::move(method)) {}
  explicit Value(Object* object) : storage_(object) {}

  static Value none();
  static Value undefined(std::string reason) {
    return Value(Undefined{std::make_shared<const std::string>(std::move(reason))});
  }
  static Value count(std::size_t number) { return Value(static_cast<Integer>(number)); }

  Kind kind() const { return static_cast<Kind>(storage_.index()); }
  bool is(Kind kind) const { return this->kind() == kind; }
  bool is_undefined() const { return is(Kind::Undefined); }
  bool is_none() const { return is(Kind::None); }
  bool is_string() const { return is(Kind::String); }
  bool is_safe() const { return is_string() && std::get<Text>(storage_).is_safe; }

  // Each may be called only on a value of its kind.
  const std::string& undefined_reason() const;
  bool boolean() const { return std::get<bool>(storage_); }
  Integer integer() const { return std::get<Integer>(storage_); }
  double real() const { return std::get<double>(storage_); }
  const std::string& text() const { return *std::get<Text>(storage_).bytes; }
  const Sequence& sequence() const { return *std::get<std::shared_ptr<const Sequence>>(storage_); }
  const std::shared_ptr<const Sequence>& shared_sequence() const {
    return std::get<std::shared_ptr<const Sequence>>(storage_);
  }
  const Dict& dict() const { return *std::get<std::shared_ptr<const Dict>>(storage_); }
  const BoundMethod& method() const {
    return *std::get<std::shared_ptr<const BoundMethod>>(storage_);
  }
  Object* object() const { return std::get<Object*>(storage_); }

  /// Booleans and integers as one: Python's bool is an int.
  bool is_integral() const { return is(Kind::Int) || is(Kind::Boolean); }
  Integer integral() const { return is(Kind::Boolean) ? Integer{boolean()} : integer(); }
  bool is_number() const { return is_integral() || is(Kind::Float); }
  double number() const;

  Extent extent() const;

  /// Are both the same object, in the sense of Python's `is`?
  bool is_identical(const Value& other) const;

 private:
  std::variant<Undefined, None, bool, Integer, double, Text, std::shared_ptr<const Sequence>,
               std::shared_ptr<const Dict>, std::shared_ptr<const BoundMethod>, Object*>
      storage_;
};

/// What can be iterated, shared with the container it comes from.
using Items = std::shared_ptr<const std::vector<Value>>;

enum class SequenceKind { List, Tuple, GroupTuple, Range, DictKeys, DictValues, DictItems };

struct Sequence {
  SequenceKind kind = SequenceKind::List;
  std::vector<Value> items;
  std::string spelling;  // of a range: its text is not that of its items
  Extent extent;
  std::size_t hash = 0;  // of a tuple whose items are hashable
  bool is_hashable = false;
};

Value make_sequence(SequenceKind kind, std::vector<Value> items, std::string spelling = {});
inline Value make_list(std::vector<Value> items) {
  return make_sequence(SequenceKind::List, std::move(items));
}
inline Value make_tuple(std::vector<Value> items) {
  return make_sequence(SequenceKind::Tuple, std::move(items));
}
bool is_list(const Value& value);
bool is_tuple(const Value& value);

/// Keeps the order of insertion; 1, 1.0 and True are one key, as in Python.
class Dict {
 public:
  const std::vector<std::pair<Value, Value>>& entries() const { return entries_; }
  std::size_t size() const { return entries_.size(); }
  const Extent& extent() const { return extent_; }

  const Value* find(const Value& key) const;
  const Value* find(std::string_view key) const;

  /// Replaces the value of a key that is there. The key must be hashable.
  void set(Value key, Value value);

 private:
  std::optional<std::size_t> position_of(std::string_view key) const;
  std::optional<std::size_t> position_of(const Value& key) const;
  std::optional<std::size_t> position_where(
      std::size_t hash, FunctionRef<bool(const std::pair<Value, Value>&)> is_key) const;

  std::vector<std::pair<Value, Value>> entries_;
  std::unordered_multimap<std::size_t, std::size_t> index_;  // only of large dictionaries
  Extent extent_;
};

Value make_dict(Dict dict);

bool is_hashable(const Value& value);

/// Python's ==. Costs at most the smaller weight.
bool is_equal(const Value& a, const Value& b);

bool is_truthy(const Value& value);

/// "str", "NoneType", "list" …, as Python's errors name types.
std::string type_name(const Value& value);

/// "str object", "None" …, as jinja2's undefined values name what they were looked up in.
std::string describe_type(const Value& value);

/// An error of the template's own making: bad syntax, bad types, undefined values.
template <class... Parts>
Error template_error(const Parts&... parts) {
  return error(ErrorCode::InvalidArgument, parts...);
}

}  // namespace falconet::jinja
