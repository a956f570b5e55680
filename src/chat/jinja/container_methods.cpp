// The methods of lists, tuples, dictionaries, numbers, loops and cyclers.
#include <algorithm>
#include <cmath>

#include "chat/jinja/builtin.h"
#include "chat/jinja/methods.h"
#include "chat/jinja/object.h"
#include "chat/jinja/operators.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

Result<Value> count_items(const Call& call) {
  Integer number = 0;
  for (const Value& item : call.self.sequence().items) {
    TRY_ASSIGN(const bool is_same, are_equal(call.runtime, item, call[0]));
    if (is_same) ++number;
  }
  return Value(number);
}

Result<Value> index_of_item(const Call& call) {
  const std::vector<Value>& items = call.self.sequence().items;
  const auto length = static_cast<Integer>(items.size());
  TRY_ASSIGN(Integer start, call.integer(1, 0));
  TRY_ASSIGN(Integer stop, call.integer(2, length));
  if (start < 0) start = std::max<Integer>(start + length, 0);
  if (stop < 0) stop += length;
  for (Integer i = start; i < std::min(stop, length); ++i) {
    TRY_ASSIGN(const bool is_same,
               are_equal(call.runtime, items[static_cast<std::size_t>(i)], call[0]));
    if (is_same) return Value(i);
  }
  return template_error("the value is not in the ", type_name(call.self));
}

Result<Value> copy(const Call& call) { return call.self; }

template <SequenceKind kKind>
Result<Value> dict_view(const Call& call) {
  std::vector<Value> items;
  for (const auto& [key, value] : call.self.dict().entries()) {
    if (kKind == SequenceKind::DictKeys) items.push_back(key);
    if (kKind == SequenceKind::DictValues) items.push_back(value);
    if (kKind == SequenceKind::DictItems) {
      TRY_ASSIGN(items.emplace_back(), call.runtime.tuple({key, value}));
    }
  }
  return call.runtime.sequence(kKind, std::move(items));
}

Result<Value> dict_get(const Call& call) {
  if (!is_hashable(call[0])) {
    return template_error("unhashable type: '", type_name(call[0]), "'");
  }
  TRY(call.runtime.spend(call[0].extent().weight));
  if (const Value* value = call.self.dict().find(call[0])) return *value;
  return call.has(1) ? call[1] : Value::none();
}

Result<Value> is_whole(const Call& call) {
  return Value(std::isfinite(call.self.real()) && std::trunc(call.self.real()) == call.self.real());
}

Result<Value> bit_length(const Call& call) {
  const Integer number = call.self.integral();
  return Value::count(number == 0 ? 0 : to_digits(magnitude(number), 2).size());
}

Loop& self_loop(const Call& call) { return static_cast<Loop&>(*call.self.object()); }
Cycler& self_cycler(const Call& call) { return static_cast<Cycler&>(*call.self.object()); }

Result<Value> loop_cycle(const Call& call) {
  const std::vector<Value>& items = call.arguments.positional;
  if (items.empty()) return template_error("no items for cycling given");
  return items[self_loop(call).index0() % items.size()];
}

Result<Value> loop_changed(const Call& call) {
  for (const Value& value : call.arguments.positional) {
    TRY(call.runtime.spend(value.extent().weight));
  }
  return Value(self_loop(call).remember(call.arguments.positional));
}

Result<Value> cycler_next(const Call& call) { return self_cycler(call).next(); }
Result<Value> cycler_reset(const Call& call) {
  self_cycler(call).reset();
  return Value::none();
}

constexpr Builtin kListMethods[] = {{"copy", copy, ""},
                                    {"count", count_items, "value"},
                                    {"index", index_of_item, "value start= stop="}};
constexpr Builtin kTupleMethods[] = {{"count", count_items, "value"},
                                     {"index", index_of_item, "value start= stop="}};
constexpr Builtin kDictMethods[] = {
    {"copy", copy, ""},
    {"get", dict_get, "key default="},
    {"items", dict_view<SequenceKind::DictItems>, ""},
    {"keys", dict_view<SequenceKind::DictKeys>, ""},
    {"values", dict_view<SequenceKind::DictValues>, ""},
};
constexpr Builtin kIntegerMethods[] = {{"bit_length", bit_length, ""}};
constexpr Builtin kFloatMethods[] = {{"is_integer", is_whole, ""}};
constexpr Builtin kLoopMethods[] = {{"cycle", loop_cycle, "*"}, {"changed", loop_changed, "*"}};
constexpr Builtin kCyclerMethods[] = {{"next", cycler_next, ""}, {"reset", cycler_reset, ""}};

}  // namespace

const Builtin* find_method(const Value& self, std::string_view name) {
  switch (self.kind()) {
    case Kind::String: return find_string_method(name);
    case Kind::Dict: return find_builtin(kDictMethods, name);
    case Kind::Boolean:
    case Kind::Int: return find_builtin(kIntegerMethods, name);
    case Kind::Float: return find_builtin(kFloatMethods, name);
    case Kind::Sequence:
      if (is_list(self)) return find_builtin(kListMethods, name);
      return is_tuple(self) ? find_builtin(kTupleMethods, name) : nullptr;
    case Kind::Object:
      if (dynamic_cast<Loop*>(self.object())) return find_builtin(kLoopMethods, name);
      if (dynamic_cast<Cycler*>(self.object())) return find_builtin(kCyclerMethods, name);
      return nullptr;
    default: return nullptr;
  }
}

}  // namespace falconet::jinja
