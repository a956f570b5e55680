// Filters that apply other filters and tests to each item: map, select, reject, groupby …
#include <algorithm>

#include "base/strings.h"
#include "chat/jinja/filters.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/sorting.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

// The arguments without the first `count` positional ones.
Arguments without_first(const Arguments& arguments, std::size_t count) {
  Arguments rest = arguments;
  rest.positional.erase(rest.positional.begin(),
                        rest.positional.begin() + static_cast<std::ptrdiff_t>(count));
  return rest;
}

Error no_such(std::string_view kind, const Value& name) {
  if (!name.is_string()) return template_error("the name of a ", kind, " must be a string");
  return template_error("No ", kind, " named '", name.text(), "'.");
}

// What map and its like go through. They do not look at what is false, be it None.
Result<Items> items_of(const Call& call) {
  if (!is_truthy(call.self)) return Items(std::make_shared<const std::vector<Value>>());
  return iterate(call.runtime, call.self);
}

Result<Value> map_attribute(const Call& call, const Value& attribute) {
  const Value* fallback = call.arguments.find("default");
  for (const auto& [name, value] : call.arguments.named) {
    if (name == "attribute" || name == "default") continue;
    return template_error("Unexpected keyword argument '", name, "'");
  }
  TRY_ASSIGN(const Items items, items_of(call));
  std::vector<Value> mapped;
  for (const Value& item : *items) {
    TRY_ASSIGN(Value value, follow_attribute(call.runtime, item, attribute, fallback));
    mapped.push_back(std::move(value));
  }
  return call.runtime.generator(std::move(mapped));
}

Result<Value> map(const Call& call) {
  const Value* attribute = call.arguments.find("attribute");
  if (call.arguments.positional.empty() && attribute) return map_attribute(call, *attribute);
  TRY_ASSIGN(const Items items, items_of(call));
  if (call.arguments.positional.empty()) {
    return template_error("map requires a filter argument");
  }
  const Value& name = call.arguments.positional.front();
  const Builtin* filter = name.is_string() ? find_filter(name.text()) : nullptr;
  if (!filter && !items->empty()) return no_such("filter", name);
  const Arguments rest = without_first(call.arguments, 1);
  std::vector<Value> mapped;
  for (const Value& item : *items) {
    TRY(call.runtime.spend(1));
    TRY_ASSIGN(mapped.emplace_back(), invoke(*filter, call.runtime, item, rest));
  }
  return call.runtime.generator(std::move(mapped));
}

enum class Keep { Passing, Failing };
enum class On { Item, Attribute };

template <Keep kKeep, On kOn>
Result<Value> select(const Call& call) {
  const std::vector<Value>& positional = call.arguments.positional;
  constexpr std::size_t kTestPosition = kOn == On::Attribute ? 1 : 0;
  if (positional.size() < kTestPosition) {
    return template_error("Missing parameter for attribute name");
  }
  TRY_ASSIGN(const Items items, items_of(call));
  const Builtin* test = nullptr;
  Arguments rest;
  if (positional.size() > kTestPosition) {
    const Value& name = positional[kTestPosition];
    test = name.is_string() ? find_test(name.text()) : nullptr;
    if (!test && !items->empty()) return no_such("test", name);
    rest = without_first(call.arguments, kTestPosition + 1);
  }
  std::vector<Value> kept;
  for (const Value& item : *items) {
    TRY(call.runtime.spend(1));
    Value tested = item;
    if (kOn == On::Attribute) {
      TRY_ASSIGN(tested, follow_attribute(call.runtime, item, positional.front()));
    }
    if (test) {
      TRY_ASSIGN(tested, invoke(*test, call.runtime, tested, rest));
    }
    if (is_truthy(tested) == (kKeep == Keep::Passing)) kept.push_back(item);
  }
  return call.runtime.generator(std::move(kept));
}

Result<Value> items_filter(const Call& call) {
  if (call.self.is_undefined()) return call.runtime.generator({});
  if (!call.self.is(Kind::Dict)) return template_error("Can only get item pairs from a mapping.");
  std::vector<Value> pairs;
  for (const auto& [key, value] : call.self.dict().entries()) {
    TRY_ASSIGN(pairs.emplace_back(), call.runtime.tuple({key, value}));
  }
  return call.runtime.generator(std::move(pairs));
}

Result<Value> attribute_filter(const Call& call) {
  TRY_ASSIGN(const std::string name, call.text(0, ""));
  if (call.self.is(Kind::Dict)) {  // attributes only: its items do not count
    TRY_ASSIGN(Value value, get_attribute(make_dict({}), name));
    if (value.is_undefined()) return value;
  }
  return get_attribute(call.self, name);
}

Result<Value> group_by(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  const bool is_case_sensitive = call.flag(2, false);
  std::vector<Value> real_keys, keys;
  for (const Value& item : *items) {
    TRY_ASSIGN(Value key, follow_attribute(call.runtime, item, call[0], call.bound[1]));
    keys.push_back(is_case_sensitive ? key : ignoring_case(key));
    real_keys.push_back(std::move(key));
  }
  TRY_ASSIGN(const auto positions, sorted_positions(call.runtime, keys, SortOrder::Ascending));
  std::vector<Value> groups;
  for (std::size_t i = 0; i < positions.size();) {
    const std::size_t first = positions[i];
    std::vector<Value> members;
    for (; i < positions.size(); ++i) {
      TRY_ASSIGN(const bool is_same, are_equal(call.runtime, keys[positions[i]], keys[first]));
      if (!is_same) break;
      members.push_back((*items)[positions[i]]);
    }
    TRY_ASSIGN(Value list, call.runtime.list(std::move(members)));
    TRY_ASSIGN(groups.emplace_back(), call.runtime.sequence(SequenceKind::GroupTuple,
                                                            {real_keys[first], std::move(list)}));
  }
  return call.runtime.list(std::move(groups));
}

constexpr Builtin kSelectionFilters[] = {
    {"attr", attribute_filter, "name"},
    {"groupby", group_by, "attribute default= case_sensitive="},
    {"items", items_filter, ""},
    {"map", map, "*"},
    {"reject", select<Keep::Failing, On::Item>, "*"},
    {"rejectattr", select<Keep::Failing, On::Attribute>, "*"},
    {"select", select<Keep::Passing, On::Item>, "*"},
    {"selectattr", select<Keep::Passing, On::Attribute>, "*"},
};

}  // namespace

std::span<const Builtin> selection_filters() { return kSelectionFilters; }

Result<Value> follow_attribute(Runtime& runtime, Value item, const Value& attribute,
                               const Value* fallback) {
  const auto step = [&](const Value& key) -> Status {
    TRY_ASSIGN(item, get_item(runtime, item, key));
    if (item.is_undefined() && fallback && !fallback->is_none()) item = *fallback;
    return {};
  };
  if (!attribute.is_string()) {
    TRY(step(attribute));
    return item;
  }
  for (const std::string_view part : split_left(attribute.text(), ".")) {
    const auto index = parse_number<std::uint32_t>(part);
    TRY(step(index ? Value(Integer{*index}) : Value(std::string(part))));
  }
  return item;
}

Value ignoring_case(const Value& value) {
  return value.is_string() ? Value(lower(value.text())) : value;
}

const Builtin* find_filter(std::string_view name) {
  for (const auto table : {text_filters(), html_filters(), number_filters(), sequence_filters(),
                           selection_filters()}) {
    if (const Builtin* filter = find_builtin(table, name)) return filter;
  }
  return nullptr;
}

}  // namespace falconet::jinja
