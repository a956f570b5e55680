#include "grammar/schema_sets.h"

#include <algorithm>

#include "grammar/number_language.h"
#include "grammar/schema_reader.h"

namespace falconet {
namespace {

// Deeper inside a value, emptiness is left open.
constexpr std::size_t kMaxEmptinessDepth = 12;

}  // namespace

SchemaSets::SchemaSets(const SchemaDocument& document, RegexPool& pool)
    : document_(document), pool_(pool) {
  intern({Kind::Everything});
  intern({Kind::Nothing});
}

ExpressionId SchemaSets::intern(Expression expression) {
  const auto [place, is_new] =
      ids_.try_emplace(expression, ExpressionId{static_cast<std::int32_t>(expressions_.size())});
  if (is_new) expressions_.push_back(std::move(expression));
  return place->second;
}

ExpressionId SchemaSets::schema(const Json& schema) {
  if (schema.is_boolean()) return schema.get<bool>() ? kEverything : kNoValue;
  if (schema.is_object() && schema.empty()) return kEverything;
  return intern({Kind::Schema, &schema});
}

ExpressionId SchemaSets::constant(const Json& value) { return intern({Kind::Constant, &value}); }

ExpressionId SchemaSets::join(Kind kind, std::vector<ExpressionId> parts) {
  const ExpressionId neutral = kind == Kind::All ? kEverything : kNoValue;
  const ExpressionId absorbing = kind == Kind::All ? kNoValue : kEverything;
  std::vector<ExpressionId> flat;
  for (const ExpressionId part : parts) {
    if (part == absorbing) return absorbing;
    if (part == neutral) continue;
    const Expression& expression = expressions_[static_cast<std::size_t>(part.value)];
    if (expression.kind == kind) {
      flat.insert(flat.end(), expression.parts.begin(), expression.parts.end());
    } else {
      flat.push_back(part);
    }
  }
  // Their order decides that of the properties: the first mention counts.
  std::vector<ExpressionId> once;
  for (const ExpressionId part : flat) {
    if (std::find(once.begin(), once.end(), part) == once.end()) once.push_back(part);
  }
  if (once.empty()) return neutral;
  if (once.size() == 1) return once.front();
  return intern({kind, nullptr, std::move(once)});
}

ExpressionId SchemaSets::all_of(std::vector<ExpressionId> parts) {
  return join(Kind::All, std::move(parts));
}

ExpressionId SchemaSets::any_of(std::vector<ExpressionId> parts) {
  return join(Kind::Any, std::move(parts));
}

ExpressionId SchemaSets::negated(ExpressionId part) {
  if (part == kEverything) return kNoValue;
  if (part == kNoValue) return kEverything;
  const Expression& expression = expressions_[static_cast<std::size_t>(part.value)];
  if (expression.kind == Kind::Not) return expression.parts.front();
  return intern({Kind::Not, nullptr, {part}});
}

std::string SchemaSets::place_of(ExpressionId id) const {
  const Expression& expression = expressions_[static_cast<std::size_t>(id.value)];
  if (expression.kind == Kind::Schema) {
    const std::string pointer = document_.pointer(*expression.json);
    return pointer.empty() ? "/" : pointer;
  }
  return expression.parts.empty() ? "/" : place_of(expression.parts.front());
}

JsonSet SchemaSets::everything() {
  return {.has_null = true,
          .has_false = true,
          .has_true = true,
          .numbers = kAnyText,
          .strings = kAnyText,
          .objects = {{}},
          .arrays = {{}}};
}

Result<const JsonSet*> SchemaSets::set_of(ExpressionId id) {
  Memo& memo = memo_[id.value];
  if (!memo.result) {
    if (memo.is_in_progress) {
      const Json* json = expressions_[static_cast<std::size_t>(id.value)].json;
      return error(ErrorCode::Unsupported, json != nullptr ? document_.pointer(*json) : "",
                   ": the schema refers to itself without a property or item between");
    }
    if (work_left_ == 0 || expressions_.size() > kMaxExpressions || pool_.is_exhausted()) {
      return error(ErrorCode::TooLarge, "the schema's combinations are too many to work out");
    }
    --work_left_;
    memo.is_in_progress = true;
    Result<JsonSet> computed =
        compute(Expression(expressions_[static_cast<std::size_t>(id.value)]));
    memo.is_in_progress = false;
    memo.result.emplace(std::move(computed));
  }
  if (!memo.result->has_value()) return memo.result->error();
  return &memo.result->value();
}

Result<JsonSet> SchemaSets::compute(const Expression& expression) {
  switch (expression.kind) {
    case Kind::Everything: return everything();
    case Kind::Nothing: return JsonSet();
    case Kind::Schema: return SchemaReader(*this, *expression.json).read();
    case Kind::Constant: return constant_set(*expression.json);
    case Kind::Not: {
      TRY_ASSIGN(const JsonSet* part, set_of(expression.parts.front()));
      auto outside = complement(*part);
      if (!outside && !outside.error().message.starts_with('/')) {
        return std::move(outside).error().within(place_of(expression.parts.front()));
      }
      return outside;
    }
    case Kind::All:
    case Kind::Any: break;
  }
  const bool is_all = expression.kind == Kind::All;
  JsonSet result = is_all ? everything() : JsonSet();
  for (const ExpressionId id : expression.parts) {
    TRY_ASSIGN(const JsonSet* part, set_of(id));
    TRY_ASSIGN(result, is_all ? intersected(result, *part) : united(std::move(result), *part));
  }
  return result;
}

Result<JsonSet> SchemaSets::constant_set(const Json& value) {
  JsonSet set;
  switch (value.type()) {
    case Json::value_t::null: set.has_null = true; return set;
    case Json::value_t::boolean:
      (value.get<bool>() ? set.has_true : set.has_false) = true;
      return set;
    case Json::value_t::string:
      set.strings = pool_.literal(value.get_ref<const std::string&>());
      return set;
    case Json::value_t::array: {
      ArraySet array{.rest = kNoValue};
      for (const Json& item : value) array.prefix.push_back(constant(item));
      array.min = array.max = static_cast<std::uint32_t>(value.size());
      set.arrays.push_back(std::move(array));
      return set;
    }
    case Json::value_t::object: {
      ObjectSet object{.regions = {}};
      for (const auto& [name, member] : value.items()) {
        object.properties.push_back({name, constant(member), true});
      }
      set.objects.push_back(std::move(object));
      return set;
    }
    default: break;
  }
  const auto decimal = decimal_of(value);
  if (!decimal) return error(ErrorCode::Unsupported, "a number with so large an exponent");
  set.numbers = equal_to(pool_, *decimal);
  set.is_canonical = true;
  return set;
}

Result<JsonSet> SchemaSets::intersected(const JsonSet& a, const JsonSet& b) {
  JsonSet both{.has_null = a.has_null && b.has_null,
               .has_false = a.has_false && b.has_false,
               .has_true = a.has_true && b.has_true,
               .numbers = pool_.both({a.numbers, b.numbers}),
               .is_canonical = a.is_canonical || b.is_canonical,
               .strings = pool_.both({a.strings, b.strings})};
  if (!pool_.is_live(both.strings)) both.strings = kNothing;
  if (a.objects.size() * b.objects.size() > kMaxAlternatives ||
      a.arrays.size() * b.arrays.size() > kMaxAlternatives) {
    return error(ErrorCode::TooLarge, "more than ", kMaxAlternatives,
                 " combinations of alternatives");
  }
  for (const ObjectSet& x : a.objects) {
    for (const ObjectSet& y : b.objects) {
      TRY_ASSIGN(std::optional<ObjectSet> object, intersected(x, y));
      if (!object) continue;
      const bool is_new =
          std::find(both.objects.begin(), both.objects.end(), *object) == both.objects.end();
      if (is_new) both.objects.push_back(std::move(*object));
    }
  }
  for (const ArraySet& x : a.arrays) {
    for (const ArraySet& y : b.arrays) {
      auto array = intersected(x, y);
      if (array) both.arrays.push_back(std::move(*array));
    }
  }
  return both;
}

Result<JsonSet> SchemaSets::united(JsonSet a, const JsonSet& b) {
  a.has_null |= b.has_null;
  a.has_false |= b.has_false;
  a.has_true |= b.has_true;
  a.is_canonical |= b.is_canonical;
  a.numbers = pool_.either({a.numbers, b.numbers});
  a.strings = pool_.either({a.strings, b.strings});
  for (const ObjectSet& object : b.objects) {
    if (std::find(a.objects.begin(), a.objects.end(), object) == a.objects.end()) {
      a.objects.push_back(object);
    }
  }
  for (const ArraySet& array : b.arrays) {
    if (std::find(a.arrays.begin(), a.arrays.end(), array) == a.arrays.end()) {
      a.arrays.push_back(array);
    }
  }
  if (a.objects.size() > kMaxAlternatives || a.arrays.size() > kMaxAlternatives) {
    return error(ErrorCode::TooLarge, "more than ", kMaxAlternatives, " alternatives");
  }
  return a;
}

template <class Part>
Result<std::vector<Part>> SchemaSets::complement_all(const std::vector<Part>& parts) {
  std::vector<Part> rest = {{}};
  for (const Part& part : parts) {
    TRY_ASSIGN(const std::vector<Part> outside, complement(part));
    JsonSet a;
    JsonSet b;
    if constexpr (std::is_same_v<Part, ObjectSet>) {
      a.objects = std::move(rest);
      b.objects = outside;
      TRY_ASSIGN(JsonSet both, intersected(a, b));
      rest = std::move(both.objects);
    } else {
      a.arrays = std::move(rest);
      b.arrays = outside;
      TRY_ASSIGN(JsonSet both, intersected(a, b));
      rest = std::move(both.arrays);
    }
  }
  return rest;
}

Result<JsonSet> SchemaSets::complement(const JsonSet& set) {
  JsonSet outside{.has_null = !set.has_null,
                  .has_false = !set.has_false,
                  .has_true = !set.has_true,
                  .numbers = pool_.negated(set.numbers),
                  .is_canonical = set.is_canonical,
                  .strings = pool_.negated(set.strings)};
  if (!pool_.is_live(outside.strings)) outside.strings = kNothing;
  TRY_ASSIGN(outside.objects, complement_all(set.objects));
  TRY_ASSIGN(outside.arrays, complement_all(set.arrays));
  return outside;
}

bool SchemaSets::is_surely_empty(ExpressionId id) {
  if (id == kNoValue) return true;
  if (id == kEverything) return false;
  const bool is_open =
      std::find(emptiness_path_.begin(), emptiness_path_.end(), id) != emptiness_path_.end();
  if (is_open || emptiness_path_.size() > kMaxEmptinessDepth || work_left_ == 0) return false;
  --work_left_;
  emptiness_path_.push_back(id);
  const auto set = set_of(id);
  const bool is_empty = set.has_value() && is_surely_empty(**set);
  emptiness_path_.pop_back();
  return is_empty;
}

bool SchemaSets::is_surely_empty(const JsonSet& set) {
  if (set.has_null || set.has_false || set.has_true || pool_.is_live(set.strings)) return false;
  const RegexId numbers = number_spelling(pool_, set.numbers, NumberSpelling::Canonical);
  if (pool_.is_live(numbers)) return false;
  return std::all_of(set.objects.begin(), set.objects.end(),
                     [&](const ObjectSet& object) { return is_surely_empty(object); }) &&
         std::all_of(set.arrays.begin(), set.arrays.end(),
                     [&](const ArraySet& array) { return is_surely_empty(array); });
}

}  // namespace falconet
