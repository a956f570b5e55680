// SchemaReader: the keywords of arrays and objects.
#include <algorithm>

#include "grammar/pattern_language.h"
#include "grammar/schema_reader.h"

namespace falconet {

Status SchemaReader::read_items(ArraySet& array) {
  const Json* prefix = find("prefixItems");
  const Json* items = find("items");
  const char* rest_keyword = "items";
  if (items != nullptr && items->is_array()) {  // before draft 2020-12
    prefix = items;
    rest_keyword = "additionalItems";
  }
  if (prefix != nullptr) {
    if (!prefix->is_array()) return malformed("prefixItems", "an array");
    for (const Json& item : *prefix) array.prefix.push_back(sets_.schema(item));
  }
  if (const Json* rest = find(rest_keyword)) array.rest = sets_.schema(*rest);
  return {};
}

Status SchemaReader::read_contains(ArraySet& array) {
  const Json* contains = find("contains");
  if (contains == nullptr) return {};
  TRY_ASSIGN(const std::uint32_t min, count("minContains", 1));
  TRY_ASSIGN(const std::uint32_t max, count("maxContains", kUnlimited));
  if (min > 0 || max != kUnlimited) array.contains.push_back({sets_.schema(*contains), min, max});
  return {};
}

Status SchemaReader::read_arrays() {
  ArraySet array;
  TRY(read_items(array));
  TRY(read_contains(array));
  TRY_ASSIGN(array.min, count("minItems", 0));
  TRY_ASSIGN(array.max, count("maxItems", kUnlimited));
  if (bool_member(schema_, "uniqueItems").value_or(false)) array.unique_in = &schema_;
  if (array == ArraySet()) return {};
  JsonSet bound = SchemaSets::everything();
  bound.arrays = {std::move(array)};
  return narrow("items", bound);
}

/// Keys that `properties` does not name: those of pattern properties, and the others.
Status SchemaReader::read_regions(std::vector<KeyRegion>& regions) {
  RegexPool& pool = sets_.pool();
  TRY(expect_map("patternProperties"));
  RegexId matched = kNothing;
  if (const Json* patterns = find("patternProperties")) {
    for (const auto& [pattern, value] : patterns->items()) {
      auto keys = pattern_language(pool, pattern, PatternMatch::Anywhere);
      if (!keys) return placed("patternProperties", std::move(keys).error());
      sets_.refine_regions(regions, *keys, sets_.schema(value));
      matched = pool.either({matched, *keys});
    }
  }
  if (const Json* additional = find("additionalProperties")) {
    sets_.refine_regions(regions, pool.negated(matched), sets_.schema(*additional));
  }
  std::erase_if(regions, [](const KeyRegion& region) { return region.value == kNoValue; });
  return {};
}

Status SchemaReader::read_properties(ObjectSet& object) {
  TRY(expect_map("properties"));
  const Json* properties = find("properties");
  if (properties == nullptr) return {};
  // A pattern binds the properties it matches as well, additionalProperties does not.
  ObjectSet by_pattern;
  if (const Json* patterns = find("patternProperties")) {
    for (const auto& [pattern, value] : patterns->items()) {
      auto keys = pattern_language(sets_.pool(), pattern, PatternMatch::Anywhere);
      if (!keys) return placed("patternProperties", std::move(keys).error());
      sets_.refine_regions(by_pattern.regions, *keys, sets_.schema(value));
    }
  }
  for (const auto& [name, value] : properties->items()) {
    const ExpressionId bound = sets_.value_of(by_pattern, name);
    object.properties.push_back({name, sets_.all_of({sets_.schema(value), bound}), false});
  }
  return {};
}

Status SchemaReader::read_required(ObjectSet& object) {
  const Json* required = find("required");
  if (required == nullptr) return {};
  if (!required->is_array()) return malformed("required", "an array of names");
  for (const Json& name : *required) {
    if (!name.is_string()) return malformed("required", "an array of names");
    const std::string& text = name.get_ref<const std::string&>();
    const auto found =
        std::find_if(object.properties.begin(), object.properties.end(),
                     [&](const PropertySet& property) { return property.name == text; });
    if (found != object.properties.end()) {
      found->is_required = true;
    } else {
      object.properties.push_back({text, sets_.value_of(object, text), true});
    }
  }
  return {};
}

Status SchemaReader::read_property_names(ObjectSet& object) {
  const Json* names = find("propertyNames");
  if (names == nullptr) return {};
  const auto set = sets_.set_of(sets_.schema(*names));
  if (!set) return placed("propertyNames", Error(set.error()));
  RegexPool& pool = sets_.pool();
  const RegexId allowed = (*set)->strings;
  ObjectSet bound{.regions = {{allowed, kEverything}}};
  for (PropertySet& property : object.properties) {
    property.value = sets_.all_of({property.value, sets_.value_of(bound, property.name)});
  }
  for (KeyRegion& region : object.regions) region.keys = pool.both({region.keys, allowed});
  std::erase_if(object.regions,
                [&](const KeyRegion& region) { return !pool.is_live(region.keys); });
  return {};
}

Status SchemaReader::read_objects() {
  ObjectSet object;
  TRY(read_regions(object.regions));
  TRY(read_properties(object));
  TRY(read_required(object));
  TRY(read_property_names(object));
  TRY_ASSIGN(object.min, count("minProperties", 0));
  TRY_ASSIGN(object.max, count("maxProperties", kUnlimited));
  if (object == ObjectSet()) return {};
  JsonSet bound = SchemaSets::everything();
  bound.objects = {std::move(object)};
  return narrow("properties", bound);
}

/// Which values are left over depends on the other keywords' results, unless nothing is asked.
Status SchemaReader::read_unevaluated() {
  for (const char* keyword : {"unevaluatedProperties", "unevaluatedItems"}) {
    const Json* value = find(keyword);
    if (value == nullptr || *value == true) continue;
    return unsupported(keyword, "it depends on the outcome of other keywords");
  }
  return {};
}

}  // namespace falconet
