// Membership, iteration, attributes, items and slices.
#include <algorithm>

#include "chat/jinja/builtin.h"
#include "chat/jinja/object.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

Result<bool> sequence_contains(Runtime& runtime, const std::vector<Value>& items,
                               const Value& item) {
  for (const Value& candidate : items) {
    TRY(runtime.spend(1));
    if (candidate.is_identical(item)) return true;
    TRY_ASSIGN(const bool is_same, are_equal(runtime, candidate, item));
    if (is_same) return true;
  }
  return false;
}

Result<bool> generator_contains(Runtime& runtime, Generator& generator, const Value& item) {
  while (const auto candidate = generator.next()) {
    TRY_ASSIGN(const bool is_same, are_equal(runtime, *candidate, item));
    if (is_same) return true;
  }
  return false;
}

Generator* as_generator(const Value& value) {
  return value.is(Kind::Object) ? dynamic_cast<Generator*>(value.object()) : nullptr;
}

Error unhashable(const Value& key) {
  return template_error("unhashable type: '", type_name(key), "'");
}

Items own_items(std::vector<Value> items) {
  return std::make_shared<const std::vector<Value>>(std::move(items));
}

// What changes a list or a dictionary; the sandbox keeps templates from it.
bool is_mutating(const Value& object, std::string_view name) {
  static constexpr std::string_view kOfLists[] = {"append", "clear", "pop",    "reverse",
                                                  "insert", "sort",  "extend", "remove"};
  static constexpr std::string_view kOfDicts[] = {"clear", "pop", "popitem", "setdefault",
                                                  "update"};
  const auto has = [name](const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  };
  return (is_list(object) && has(kOfLists)) || (object.is(Kind::Dict) && has(kOfDicts));
}

Value unsafe_attribute(const Value& object, std::string_view name) {
  return Value::undefined(
      cat("access to attribute '", name, "' of '", type_name(object), "' object is unsafe."));
}

// Attributes and methods, but not items.
std::optional<Value> find_attribute(const Value& object, std::string_view name) {
  if (is_mutating(object, name) || (name.starts_with("__") && name.ends_with("__"))) {
    return unsafe_attribute(object, name);
  }
  if (object.is(Kind::Object)) {
    if (auto value = object.object()->attribute(name)) return value;
  }
  if (object.is(Kind::Sequence) && object.sequence().kind == SequenceKind::GroupTuple) {
    if (name == "grouper") return object.sequence().items[0];
    if (name == "list") return object.sequence().items[1];
  }
  if (const Builtin* method = find_method(object, name)) {
    return Value(std::make_shared<const BoundMethod>(BoundMethod{object, method}));
  }
  return std::nullopt;
}

Value missing_attribute(const Value& object, std::string_view name) {
  return Value::undefined(cat("'", describe_type(object), "' has no attribute '", name, "'"));
}

bool is_subscriptable(const Value& value) {
  if (value.is_string()) return true;
  if (!value.is(Kind::Sequence)) return false;
  const SequenceKind kind = value.sequence().kind;
  return kind == SequenceKind::List || kind == SequenceKind::Tuple ||
         kind == SequenceKind::GroupTuple || kind == SequenceKind::Range;
}

// The item at an index that may count from the end; nothing outside.
Result<std::optional<Value>> item_at(Runtime& runtime, const Value& object, Integer index) {
  const bool is_text = object.is_string();
  TRY(runtime.spend(is_text ? object.text().size() / 64 : 0));
  const std::size_t length =
      is_text ? num_characters(object.text()) : object.sequence().items.size();
  if (index < 0) index += static_cast<Integer>(length);
  if (index < 0 || index >= static_cast<Integer>(length)) return std::optional<Value>();
  const auto i = static_cast<std::size_t>(index);
  if (!is_text) return std::optional(object.sequence().items[i]);
  const std::string_view rest =
      std::string_view(object.text()).substr(byte_offset(object.text(), i));
  TRY_ASSIGN(Value character,
             runtime.text(std::string(rest.substr(0, byte_offset(rest, 1))), object.is_safe()));
  return std::optional(std::move(character));
}

// A slice's bound, pulled into [low, high] as Python does.
Result<Integer> slice_index(const Value& bound, Integer fallback, Integer length,
                            std::pair<Integer, Integer> range) {
  if (bound.is_none()) return fallback;
  if (bound.is_undefined()) return undefined_error(bound);
  if (!bound.is_integral()) {
    return template_error("slice indices must be integers or None");
  }
  const Integer index = bound.integral() < 0 ? bound.integral() + length : bound.integral();
  return std::clamp(index, range.first, range.second);
}

// The positions that a slice takes from `length` items.
Result<std::vector<std::size_t>> slice_positions(Runtime& runtime, std::size_t num_items,
                                                 const SliceBounds& bounds) {
  const auto length = static_cast<Integer>(num_items);
  Integer step = 1;
  if (!bounds.step.is_none()) {
    // A step longer than everything is as good as any other.
    TRY_ASSIGN(step, slice_index(bounds.step, 1, 0, {-length - 1, length + 1}));
    if (step == 0) return template_error("slice step cannot be zero");
  }
  const bool is_forward = step > 0;
  const std::pair<Integer, Integer> range = is_forward
                                                ? std::pair<Integer, Integer>{0, length}
                                                : std::pair<Integer, Integer>{-1, length - 1};
  TRY_ASSIGN(const Integer start,
             slice_index(bounds.start, is_forward ? range.first : range.second, length, range));
  TRY_ASSIGN(const Integer stop,
             slice_index(bounds.stop, is_forward ? range.second : range.first, length, range));
  std::vector<std::size_t> positions;
  for (Integer i = start; is_forward ? i < stop : i > stop; i += step) {
    positions.push_back(static_cast<std::size_t>(i));
  }
  TRY(runtime.spend(positions.size() / 8));
  return positions;
}

Result<Value> slice_text(Runtime& runtime, const Value& object, const SliceBounds& bounds) {
  TRY(runtime.spend(object.text().size() / 8));
  const std::vector<std::string_view> parts = characters(object.text());
  TRY_ASSIGN(const auto positions, slice_positions(runtime, parts.size(), bounds));
  std::string text;
  for (const std::size_t i : positions) text += parts[i];
  return runtime.text(std::move(text), object.is_safe());
}

}  // namespace

Result<bool> contains(Runtime& runtime, const Value& container, const Value& item) {
  TRY(runtime.spend(1));
  switch (container.kind()) {
    case Kind::Undefined: return false;
    case Kind::String:
      if (item.is_string()) {
        TRY(runtime.spend(container.text().size() / 64));
        return container.text().find(item.text()) != std::string::npos;
      }
      return template_error("'in <string>' requires string as left operand, not ", type_name(item));
    case Kind::Sequence: return sequence_contains(runtime, container.sequence().items, item);
    case Kind::Dict:
      if (!is_hashable(item)) return unhashable(item);
      TRY(runtime.spend(item.extent().weight));
      return container.dict().find(item) != nullptr;
    default: break;
  }
  if (Generator* generator = as_generator(container)) {
    return generator_contains(runtime, *generator, item);
  }
  return template_error("argument of type '", type_name(container), "' is not iterable");
}

bool is_iterable(const Value& value) {
  return value.is_undefined() || value.is_string() || value.is(Kind::Sequence) ||
         value.is(Kind::Dict) || as_generator(value) != nullptr;
}

Result<Items> iterate(Runtime& runtime, const Value& value) {
  if (value.is_undefined()) return own_items({});
  if (value.is(Kind::Sequence)) {
    return Items(value.shared_sequence(), &value.sequence().items);
  }
  if (value.is(Kind::Dict)) {
    std::vector<Value> keys;
    TRY(runtime.spend(value.dict().size()));
    for (const auto& [key, item] : value.dict().entries()) keys.push_back(key);
    return own_items(std::move(keys));
  }
  if (value.is_string()) {
    TRY(runtime.spend(value.text().size()));
    std::vector<Value> letters;
    for (const std::string_view c : characters(value.text())) letters.emplace_back(std::string(c));
    return own_items(std::move(letters));
  }
  if (Generator* generator = as_generator(value)) return own_items(generator->take_rest());
  return template_error("'", type_name(value), "' object is not iterable");
}

Result<std::size_t> length_of(const Value& value) {
  switch (value.kind()) {
    case Kind::Undefined: return std::size_t{0};
    case Kind::String: return num_characters(value.text());
    case Kind::Sequence: return value.sequence().items.size();
    case Kind::Dict: return value.dict().size();
    default: break;
  }
  if (value.is(Kind::Object)) {
    if (const auto* loop = dynamic_cast<const Loop*>(value.object())) return loop->length();
  }
  return template_error("object of type '", type_name(value), "' has no len()");
}

Result<Value> get_attribute(const Value& object, std::string_view name) {
  if (object.is_undefined()) return undefined_error(object);
  if (auto value = find_attribute(object, name)) return *std::move(value);
  if (object.is(Kind::Dict)) {
    if (const Value* value = object.dict().find(name)) return *value;
  }
  return missing_attribute(object, name);
}

Result<Value> get_item(Runtime& runtime, const Value& object, const Value& key) {
  if (object.is_undefined()) return undefined_error(object);
  if (object.is(Kind::Dict)) {
    TRY(runtime.spend(key.extent().weight));
    if (const Value* value = object.dict().find(key)) return *value;
  } else if (is_subscriptable(object) && key.is_integral()) {
    TRY_ASSIGN(auto item, item_at(runtime, object, key.integral()));
    if (item) return *std::move(item);
  }
  if (key.is_string()) {
    if (auto value = find_attribute(object, key.text())) return *std::move(value);
    return missing_attribute(object, key.text());
  }
  TRY_ASSIGN(const std::string spelling, to_repr(runtime, key));
  return Value::undefined(cat(describe_type(object), " has no element ", spelling));
}

Result<Value> get_slice(Runtime& runtime, const Value& object, const SliceBounds& bounds) {
  if (object.is_undefined()) return undefined_error(object);
  if (object.is_string()) return slice_text(runtime, object, bounds);
  if (!is_subscriptable(object)) {
    return template_error("'", type_name(object), "' object is not subscriptable");
  }
  const std::vector<Value>& items = object.sequence().items;
  TRY_ASSIGN(const auto positions, slice_positions(runtime, items.size(), bounds));
  std::vector<Value> taken;
  for (const std::size_t i : positions) taken.push_back(items[i]);
  // A slice of a range is given as a list, which differs from Python's range only in its text.
  return runtime.sequence(is_tuple(object) ? SequenceKind::Tuple : SequenceKind::List,
                          std::move(taken));
}

}  // namespace falconet::jinja
