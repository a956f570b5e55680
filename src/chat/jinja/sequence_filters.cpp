// Filters that order, cut and fold sequences.
#include <algorithm>

#include "chat/jinja/filters.h"
#include "chat/jinja/object.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/sorting.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

Result<Value> length(const Call& call) {
  TRY(call.runtime.spend(call.self.is_string() ? call.self.text().size() / 64 : 0));
  TRY_ASSIGN(const std::size_t length, length_of(call.self));
  return Value::count(length);
}

Result<Value> list(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  return call.runtime.list(*items);
}

Result<Value> first(const Call& call) {
  static const std::string kEmpty = "No first item, sequence was empty.";
  if (call.self.is(Kind::Object)) {
    if (auto* generator = dynamic_cast<Generator*>(call.self.object())) {
      return generator->next().value_or(Value::undefined(kEmpty));
    }
  }
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  return items->empty() ? Value::undefined(kEmpty) : items->front();
}

Result<Value> last(const Call& call) {
  if (call.self.is(Kind::Object)) {
    return template_error("'", type_name(call.self), "' object is not reversible");
  }
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  return items->empty() ? Value::undefined("No last item, sequence was empty.") : items->back();
}

Result<Value> reverse(const Call& call) {
  if (call.self.is_string()) {
    SliceBounds backwards;
    backwards.step = Value(Integer{-1});
    return get_slice(call.runtime, call.self, backwards);
  }
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  return call.runtime.generator({items->rbegin(), items->rend()});
}

Result<Value> join(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  std::string separator;
  if (call.has(0)) {
    TRY_ASSIGN(separator, to_text(call.runtime, call[0]));
  }
  const bool has_attribute = call.has(1) && !call[1].is_none();
  std::string out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    TRY(call.runtime.spend(1));
    if (i > 0) out += separator;
    Value item = (*items)[i];
    if (has_attribute) {
      TRY_ASSIGN(item, follow_attribute(call.runtime, item, call[1]));
    }
    TRY_ASSIGN(const std::string text, to_text(call.runtime, item));
    out += text;
    if (out.size() > call.runtime.limits().max_output_bytes) break;
  }
  return call.runtime.text(std::move(out));
}

// What sort, unique, groupby, min and max compare items by.
Result<Value> key_of(Runtime& runtime, const Value& item, const Value* attribute,
                     bool is_case_sensitive) {
  Value key = item;
  if (attribute && !attribute->is_none()) {
    TRY_ASSIGN(key, follow_attribute(runtime, item, *attribute));
  }
  return is_case_sensitive ? key : ignoring_case(key);
}

// sort's attribute may name several, separated by commas: the key is then a list.
Result<Value> sort_key(Runtime& runtime, const Value& item, const Value* attribute,
                       bool is_case_sensitive) {
  const bool has_several =
      attribute && attribute->is_string() && attribute->text().find(',') != std::string::npos;
  if (!has_several) return key_of(runtime, item, attribute, is_case_sensitive);
  std::vector<Value> keys;
  for (const std::string_view name : split_left(attribute->text(), ",")) {
    const Value part{std::string(name)};
    TRY_ASSIGN(keys.emplace_back(), key_of(runtime, item, &part, is_case_sensitive));
  }
  return runtime.list(std::move(keys));
}

Result<Value> sort(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  std::vector<Value> keys;
  for (const Value& item : *items) {
    TRY_ASSIGN(keys.emplace_back(),
               sort_key(call.runtime, item, call.bound[2], call.flag(1, false)));
  }
  const SortOrder order = call.flag(0, false) ? SortOrder::Descending : SortOrder::Ascending;
  TRY_ASSIGN(const auto positions, sorted_positions(call.runtime, keys, order));
  std::vector<Value> sorted;
  for (const std::size_t i : positions) sorted.push_back((*items)[i]);
  return call.runtime.list(std::move(sorted));
}

Result<Value> dict_sort(const Call& call) {
  if (call.self.is_undefined()) return undefined_error(call.self);
  if (!call.self.is(Kind::Dict)) {
    return template_error("'", type_name(call.self), "' object has no attribute 'items'");
  }
  TRY_ASSIGN(const std::string by, call.text(1, "key"));
  if (by != "key" && by != "value") {
    return template_error("You can only sort by either \"key\" or \"value\"");
  }
  const auto& entries = call.self.dict().entries();
  std::vector<Value> keys;
  for (const auto& [key, value] : entries) {
    const Value& chosen = by == "key" ? key : value;
    keys.push_back(call.flag(0, false) ? chosen : ignoring_case(chosen));
  }
  const SortOrder order = call.flag(2, false) ? SortOrder::Descending : SortOrder::Ascending;
  TRY_ASSIGN(const auto positions, sorted_positions(call.runtime, keys, order));
  std::vector<Value> pairs;
  for (const std::size_t i : positions) {
    TRY_ASSIGN(pairs.emplace_back(), call.runtime.tuple({entries[i].first, entries[i].second}));
  }
  return call.runtime.list(std::move(pairs));
}

Result<Value> unique(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  Dict seen;
  std::vector<Value> kept;
  for (const Value& item : *items) {
    TRY_ASSIGN(const Value key, key_of(call.runtime, item, call.bound[1], call.flag(0, false)));
    if (!is_hashable(key)) return template_error("unhashable type: '", type_name(key), "'");
    TRY(call.runtime.spend(key.extent().weight));
    if (seen.find(key)) continue;
    seen.set(key, Value::none());
    kept.push_back(item);
  }
  return call.runtime.generator(std::move(kept));
}

enum class Extreme { Least, Greatest };

template <Extreme kExtreme>
Result<Value> extreme(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  if (items->empty()) return Value::undefined("No aggregated item, sequence was empty.");
  const Value* best = nullptr;
  Value best_key;
  for (const Value& item : *items) {
    TRY_ASSIGN(const Value key, key_of(call.runtime, item, call.bound[1], call.flag(0, false)));
    bool is_better = best == nullptr;
    if (!is_better) {
      TRY_ASSIGN(is_better, kExtreme == Extreme::Least ? is_less(call.runtime, key, best_key)
                                                       : is_less(call.runtime, best_key, key));
    }
    if (!is_better) continue;
    best = &item;
    best_key = key;
  }
  return *best;
}

Result<Value> sum(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  Value total = call.has(1) ? call[1] : Value(Integer{0});
  if (total.is_string()) return template_error("sum() can't sum strings");
  for (const Value& item : *items) {
    TRY_ASSIGN(const Value part, key_of(call.runtime, item, call.bound[0], true));
    TRY_ASSIGN(total, apply(call.runtime, BinaryOperator::Add, total, part));
  }
  return total;
}

Result<std::size_t> positive_argument(const Call& call, std::string_view name) {
  TRY_ASSIGN(const Integer number, call.integer(0, 0));
  if (number <= 0) return template_error(name, " must be positive");
  TRY(call.runtime.spend(static_cast<std::size_t>(std::min<Integer>(number, 1u << 30))));
  return static_cast<std::size_t>(number);
}

bool has_filling(const Call& call) { return call.has(1) && !call[1].is_none(); }

Result<Value> batch(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  TRY_ASSIGN(const std::size_t size, positive_argument(call, "linecount"));
  std::vector<Value> batches;
  for (std::size_t i = 0; i < items->size(); i += size) {
    const auto begin = items->begin() + static_cast<std::ptrdiff_t>(i);
    const std::size_t length = std::min(size, items->size() - i);
    std::vector<Value> part(begin, begin + static_cast<std::ptrdiff_t>(length));
    if (has_filling(call)) part.resize(size, call[1]);
    TRY_ASSIGN(batches.emplace_back(), call.runtime.list(std::move(part)));
  }
  return call.runtime.generator(std::move(batches));
}

Result<Value> slice(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
  TRY_ASSIGN(const std::size_t num_slices, positive_argument(call, "slices"));
  const std::size_t shortest = items->size() / num_slices;
  const std::size_t num_longer = items->size() % num_slices;
  std::vector<Value> slices;
  auto begin = items->begin();
  for (std::size_t i = 0; i < num_slices; ++i) {
    const auto end = begin + static_cast<std::ptrdiff_t>(shortest + (i < num_longer ? 1 : 0));
    std::vector<Value> part(begin, end);
    if (has_filling(call) && i >= num_longer) part.push_back(call[1]);
    TRY_ASSIGN(slices.emplace_back(), call.runtime.list(std::move(part)));
    begin = end;
  }
  return call.runtime.generator(std::move(slices));
}

constexpr Builtin kSequenceFilters[] = {
    {"batch", batch, "linecount fill_with="},
    {"count", length, ""},
    {"dictsort", dict_sort, "case_sensitive= by= reverse="},
    {"first", first, ""},
    {"join", join, "d= attribute="},
    {"last", last, ""},
    {"length", length, ""},
    {"list", list, ""},
    {"max", extreme<Extreme::Greatest>, "case_sensitive= attribute="},
    {"min", extreme<Extreme::Least>, "case_sensitive= attribute="},
    {"reverse", reverse, ""},
    {"slice", slice, "slices fill_with="},
    {"sort", sort, "reverse= case_sensitive= attribute="},
    {"sum", sum, "attribute= start="},
    {"unique", unique, "case_sensitive= attribute="},
};

}  // namespace

std::span<const Builtin> sequence_filters() { return kSequenceFilters; }

}  // namespace falconet::jinja
