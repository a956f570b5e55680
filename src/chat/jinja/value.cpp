#include "chat/jinja/value.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "chat/jinja/builtin.h"
#include "chat/jinja/object.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

// Dictionaries up to this size are searched from front to back, which is faster than hashing.
constexpr std::size_t kLinearSearch = 12;

// Enough of a text to tell keys apart, little enough that hashing a huge one costs nothing.
constexpr std::size_t kHashedBytes = 96;

std::size_t hash_text(std::string_view text) {
  return std::hash<std::string_view>()(text.substr(0, kHashedBytes)) ^ text.size();
}

std::size_t mix(std::size_t seed, std::size_t value) {
  return seed ^ (value + 0x9e3779b97f4a7c15u + (seed << 6) + (seed >> 2));
}

// Of a hashable value; equal values have equal hashes.
std::size_t hash_of(const Value& value) {
  switch (value.kind()) {
    case Kind::String: return hash_text(value.text());
    case Kind::Boolean:
    case Kind::Int:
    case Kind::Float: return std::hash<double>()(value.number() + 0.0);
    case Kind::Sequence: return value.sequence().hash;
    default: return static_cast<std::size_t>(value.kind());
  }
}

void grow(Extent& extent, const Value& part) {
  const Extent inner = part.extent();
  extent.depth = std::max(extent.depth, inner.depth + 1);
  extent.weight += std::min(inner.weight, ~std::size_t{0} - extent.weight);
}

bool is_tuple_kind(SequenceKind kind) {
  return kind == SequenceKind::Tuple || kind == SequenceKind::GroupTuple;
}

bool are_equal_sequences(const Sequence& a, const Sequence& b) {
  const bool is_same_kind = is_tuple_kind(a.kind) ? is_tuple_kind(b.kind) : a.kind == b.kind;
  if (!is_same_kind || a.kind == SequenceKind::DictValues) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), is_equal);
}

bool are_equal_dicts(const Dict& a, const Dict& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.entries().begin(), a.entries().end(), [&](const auto& entry) {
    const Value* other = b.find(entry.first);
    return other && is_equal(entry.second, *other);
  });
}

bool are_equal_numbers(const Value& a, const Value& b) {
  if (a.is_integral() && b.is_integral()) return a.integral() == b.integral();
  return a.number() == b.number();
}

std::string sequence_type_name(SequenceKind kind) {
  switch (kind) {
    case SequenceKind::List: return "list";
    case SequenceKind::Tuple: return "tuple";
    case SequenceKind::GroupTuple: return "_GroupTuple";
    case SequenceKind::Range: return "range";
    case SequenceKind::DictKeys: return "dict_keys";
    case SequenceKind::DictValues: return "dict_values";
    case SequenceKind::DictItems: return "dict_items";
  }
  return "";
}

}  // namespace

const std::string& Value::undefined_reason() const {
  static const std::string kUnknown = "value is undefined";
  const auto& reason = std::get<Undefined>(storage_).reason;
  return reason ? *reason : kUnknown;
}

Value Value::none() {
  Value value;
  value.storage_ = None{};
  return value;
}

double Value::number() const { return is(Kind::Float) ? real() : static_cast<double>(integral()); }

Extent Value::extent() const {
  switch (kind()) {
    case Kind::String: return Extent{0, 1 + text().size() / 64};
    case Kind::Sequence: return sequence().extent;
    case Kind::Dict: return dict().extent();
    case Kind::Method: {
      Extent extent;
      grow(extent, method().self);
      return extent;
    }
    default: return Extent{};
  }
}

bool Value::is_identical(const Value& other) const {
  if (kind() != other.kind()) return false;
  switch (kind()) {
    case Kind::Sequence: return &sequence() == &other.sequence();
    case Kind::Dict: return &dict() == &other.dict();
    case Kind::Method: return &method() == &other.method();
    case Kind::Object: return object() == other.object();
    default: return is_equal(*this, other);
  }
}

Value make_sequence(SequenceKind kind, std::vector<Value> items, std::string spelling) {
  auto sequence = std::make_shared<Sequence>();
  sequence->kind = kind;
  sequence->extent.depth = 1;
  sequence->is_hashable = is_tuple_kind(kind);
  for (const Value& item : items) {
    grow(sequence->extent, item);
    if (!sequence->is_hashable) continue;
    sequence->is_hashable = is_hashable(item);
    if (sequence->is_hashable) sequence->hash = mix(sequence->hash, hash_of(item));
  }
  sequence->items = std::move(items);
  sequence->spelling = std::move(spelling);
  return Value(std::shared_ptr<const Sequence>(std::move(sequence)));
}

bool is_list(const Value& value) {
  return value.is(Kind::Sequence) && value.sequence().kind == SequenceKind::List;
}

bool is_tuple(const Value& value) {
  return value.is(Kind::Sequence) && is_tuple_kind(value.sequence().kind);
}

std::optional<std::size_t> Dict::position_of(std::string_view key) const {
  const auto is_key = [key](const auto& entry) {
    return entry.first.is_string() && entry.first.text() == key;
  };
  return position_where(hash_text(key), is_key);
}

std::optional<std::size_t> Dict::position_of(const Value& key) const {
  if (key.is_string()) return position_of(key.text());
  if (!is_hashable(key)) return std::nullopt;
  const auto is_key = [&key](const auto& entry) { return is_equal(entry.first, key); };
  return position_where(hash_of(key), is_key);
}

std::optional<std::size_t> Dict::position_where(
    std::size_t hash, FunctionRef<bool(const std::pair<Value, Value>&)> is_key) const {
  if (index_.empty()) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), is_key);
    if (found == entries_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - entries_.begin());
  }
  const auto [begin, end] = index_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    if (is_key(entries_[it->second])) return it->second;
  }
  return std::nullopt;
}

const Value* Dict::find(std::string_view key) const {
  const auto position = position_of(key);
  return position ? &entries_[*position].second : nullptr;
}

const Value* Dict::find(const Value& key) const {
  const auto position = position_of(key);
  return position ? &entries_[*position].second : nullptr;
}

void Dict::set(Value key, Value value) {
  CHECK(is_hashable(key), "a key of type ", type_name(key));
  grow(extent_, key);
  grow(extent_, value);
  if (const auto position = position_of(key)) {
    entries_[*position].second = std::move(value);
    return;
  }
  entries_.emplace_back(std::move(key), std::move(value));
  const std::size_t first_unindexed = index_.empty() ? 0 : entries_.size() - 1;
  if (entries_.size() < kLinearSearch) return;
  for (std::size_t i = first_unindexed; i < entries_.size(); ++i) {
    index_.emplace(hash_of(entries_[i].first), i);
  }
}

Value make_dict(Dict dict) { return Value(std::make_shared<const Dict>(std::move(dict))); }

bool is_hashable(const Value& value) {
  if (value.is(Kind::Dict)) return false;
  return !value.is(Kind::Sequence) || value.sequence().is_hashable;
}

bool is_equal(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return are_equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::Undefined:
    case Kind::None: return true;
    case Kind::String: return a.text() == b.text();
    case Kind::Sequence:
      return &a.sequence() == &b.sequence() || are_equal_sequences(a.sequence(), b.sequence());
    case Kind::Dict: return &a.dict() == &b.dict() || are_equal_dicts(a.dict(), b.dict());
    case Kind::Method:
      return a.method().builtin == b.method().builtin && is_equal(a.method().self, b.method().self);
    default: return a.object() == b.object();
  }
}

bool is_truthy(const Value& value) {
  switch (value.kind()) {
    case Kind::Undefined:
    case Kind::None: return false;
    case Kind::Boolean: return value.boolean();
    case Kind::Int: return value.integer() != 0;
    case Kind::Float: return value.real() != 0;
    case Kind::String: return !value.text().empty();
    case Kind::Sequence: return !value.sequence().items.empty();
    case Kind::Dict: return value.dict().size() != 0;
    default: return true;
  }
}

std::string type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::Undefined: return "Undefined";
    case Kind::None: return "NoneType";
    case Kind::Boolean: return "bool";
    case Kind::Int: return "int";
    case Kind::Float: return "float";
    case Kind::String: return value.is_safe() ? "Markup" : "str";
    case Kind::Sequence: return sequence_type_name(value.sequence().kind);
    case Kind::Dict: return "dict";
    case Kind::Method: return "builtin_function_or_method";
    case Kind::Object: return std::string(value.object()->type_name());
  }
  return "";
}

std::string describe_type(const Value& value) {
  if (value.is_none()) return "None";
  std::string module;
  if (value.is(Kind::Object)) module = value.object()->module();
  if (value.is_safe()) module = "markupsafe.";
  return module + type_name(value) + " object";
}

}  // namespace falconet::jinja
