// SchemaSets' algebra of objects and arrays.
#include <algorithm>

#include "base/unicode.h"
#include "grammar/schema_sets.h"

namespace falconet {
namespace {

std::u32string code_points_of(const std::string& text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character character = decode_utf8(text, i);
    characters += character.code_point;
    i += static_cast<std::size_t>(character.num_bytes);
  }
  return characters;
}

const PropertySet* find_property(const ObjectSet& object, const std::string& name) {
  for (const PropertySet& property : object.properties) {
    if (property.name == name) return &property;
  }
  return nullptr;
}

}  // namespace

ExpressionId SchemaSets::value_of(const ObjectSet& object, const std::string& name) {
  if (const PropertySet* property = find_property(object, name)) return property->value;
  const std::u32string characters = code_points_of(name);
  for (const KeyRegion& region : object.regions) {
    if (pool_.matches(region.keys, characters)) return region.value;
  }
  return kNoValue;
}

void SchemaSets::refine_regions(std::vector<KeyRegion>& regions, RegexId keys, ExpressionId value) {
  std::vector<KeyRegion> refined;
  for (const KeyRegion& region : regions) {
    const RegexId inside = pool_.both({region.keys, keys});
    const RegexId outside = pool_.both({region.keys, pool_.negated(keys)});
    if (pool_.is_live(inside)) refined.push_back({inside, all_of({region.value, value})});
    if (pool_.is_live(outside)) refined.push_back({outside, region.value});
  }
  regions = std::move(refined);
}

Result<std::optional<ObjectSet>> SchemaSets::intersected(const ObjectSet& a, const ObjectSet& b) {
  const ObjectSet unbound;
  if (a == unbound) return std::optional(b);
  if (b == unbound) return std::optional(a);
  if (work_left_ == 0) return error(ErrorCode::TooLarge, "too many combinations of properties");
  --work_left_;
  ObjectSet both{.regions = {}, .min = std::max(a.min, b.min), .max = std::min(a.max, b.max)};
  for (const PropertySet& property : a.properties) {
    const PropertySet* other = find_property(b, property.name);
    const ExpressionId value = other != nullptr ? other->value : value_of(b, property.name);
    both.properties.push_back({property.name, all_of({property.value, value}),
                               property.is_required || (other != nullptr && other->is_required)});
  }
  for (const PropertySet& property : b.properties) {
    if (find_property(a, property.name) != nullptr) continue;
    both.properties.push_back({property.name, all_of({value_of(a, property.name), property.value}),
                               property.is_required});
  }
  for (const KeyRegion& x : a.regions) {
    for (const KeyRegion& y : b.regions) {
      const RegexId keys = pool_.both({x.keys, y.keys});
      if (pool_.is_live(keys)) both.regions.push_back({keys, all_of({x.value, y.value})});
    }
  }
  if (is_surely_empty(both)) return std::optional<ObjectSet>();
  return std::optional(std::move(both));
}

bool SchemaSets::is_surely_empty(const ObjectSet& object) {
  std::uint32_t num_required = 0;
  std::uint32_t num_possible = 0;
  for (const PropertySet& property : object.properties) {
    if (property.is_required) {
      ++num_required;
      if (is_surely_empty(property.value)) return true;
    }
    if (property.value != kNoValue) ++num_possible;
  }
  const bool has_more = std::any_of(object.regions.begin(), object.regions.end(),
                                    [](const KeyRegion& r) { return r.value != kNoValue; });
  return object.min > object.max || num_required > object.max ||
         (!has_more && num_possible < object.min);
}

Result<std::vector<ObjectSet>> SchemaSets::complement(const ObjectSet& object) {
  std::vector<ObjectSet> outside;
  for (const KeyRegion& region : object.regions) {
    if (region.value != kEverything) {
      return error(ErrorCode::Unsupported,
                   "what is not allowed by additional or pattern properties cannot be enforced");
    }
  }
  RegexId free_keys = kNothing;
  for (const KeyRegion& region : object.regions) free_keys = pool_.either({free_keys, region.keys});
  if (pool_.is_live(pool_.negated(free_keys))) {
    return error(ErrorCode::Unsupported,
                 "that some property outside of a list exists cannot be enforced");
  }
  for (const PropertySet& property : object.properties) {
    if (property.is_required) {
      outside.push_back({.properties = {{property.name, kNoValue, false}}});
    }
    if (property.value != kEverything) {
      outside.push_back({.properties = {{property.name, negated(property.value), true}}});
    }
  }
  if (object.min > 0) outside.push_back({.max = object.min - 1});
  if (object.max != kUnlimited) outside.push_back({.min = object.max + 1});
  return outside;
}

std::optional<ArraySet> SchemaSets::intersected(const ArraySet& a, const ArraySet& b) {
  const ArraySet unbound;
  if (a == unbound) return b;
  if (b == unbound) return a;
  ArraySet both{.rest = all_of({a.rest, b.rest}),
                .min = std::max(a.min, b.min),
                .max = std::min(a.max, b.max),
                .contains = a.contains,
                .unique_in = a.unique_in != nullptr ? a.unique_in : b.unique_in};
  for (std::size_t i = 0; i < std::max(a.prefix.size(), b.prefix.size()); ++i) {
    both.prefix.push_back(all_of(
        {i < a.prefix.size() ? a.prefix[i] : a.rest, i < b.prefix.size() ? b.prefix[i] : b.rest}));
  }
  for (const ContainedItems& items : b.contains) {
    if (std::find(both.contains.begin(), both.contains.end(), items) == both.contains.end()) {
      both.contains.push_back(items);
    }
  }
  if (is_surely_empty(both)) return std::nullopt;
  return both;
}

bool SchemaSets::is_surely_empty(const ArraySet& array) {
  if (array.min > array.max) return true;
  for (std::size_t i = 0; i < std::min<std::size_t>(array.min, array.prefix.size()); ++i) {
    if (is_surely_empty(array.prefix[i])) return true;
  }
  if (array.min > array.prefix.size() && is_surely_empty(array.rest)) return true;
  return std::any_of(array.contains.begin(), array.contains.end(),
                     [&](const ContainedItems& c) { return c.min > array.max || c.min > c.max; });
}

void SchemaSets::complement_prefix(const ArraySet& array, std::vector<ArraySet>& parts) {
  for (std::size_t i = 0; i < array.prefix.size(); ++i) {
    if (array.prefix[i] == kEverything) continue;
    ArraySet part{.min = static_cast<std::uint32_t>(i) + 1};
    part.prefix.assign(i, kEverything);
    part.prefix.push_back(negated(array.prefix[i]));
    parts.push_back(std::move(part));
  }
}

Result<std::vector<ArraySet>> SchemaSets::complement(const ArraySet& array) {
  std::vector<ArraySet> outside;
  if (array.unique_in != nullptr) {
    return error(ErrorCode::Unsupported, "that two items are equal cannot be enforced");
  }
  complement_prefix(array, outside);
  if (array.rest == kNoValue) {
    outside.push_back({.min = static_cast<std::uint32_t>(array.prefix.size()) + 1});
  } else if (array.rest != kEverything) {
    if (!array.prefix.empty()) {
      return error(ErrorCode::Unsupported,
                   "that some item after the first ones is not allowed cannot be enforced");
    }
    outside.push_back({.contains = {{negated(array.rest)}}});
  }
  for (const ContainedItems& items : array.contains) {
    if (items.min > 0) outside.push_back({.contains = {{items.value, 0, items.min - 1}}});
    if (items.max != kUnlimited) outside.push_back({.contains = {{items.value, items.max + 1}}});
  }
  if (array.min > 0) outside.push_back({.max = array.min - 1});
  if (array.max != kUnlimited) outside.push_back({.min = array.max + 1});
  return outside;
}

}  // namespace falconet
