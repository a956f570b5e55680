// Sets of JSON values, split by type: the form in which schemas can be intersected, united and
// complemented. Values inside objects and arrays stay expressions over schemas, looked into when
// they are needed, so that recursive schemas are finite.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/strong_id.h"
#include "grammar/regex_pool.h"

namespace falconet {

/// A boolean combination of schemas.
using ExpressionId = StrongId<struct ExpressionTag>;

constexpr ExpressionId kEverything{0};
constexpr ExpressionId kNoValue{1};

struct PropertySet {
  std::string name;
  ExpressionId value = kEverything;
  bool is_required = false;
  friend bool operator==(const PropertySet&, const PropertySet&) = default;
};

/// Keys that no property names.
struct KeyRegion {
  RegexId keys = kAnyText;
  ExpressionId value = kEverything;
  friend bool operator==(const KeyRegion&, const KeyRegion&) = default;
};

struct ObjectSet {
  std::vector<PropertySet> properties = {};  // in the order in which they are written
  std::vector<KeyRegion> regions = {{}};     // disjoint; keys in none of them are refused
  std::uint32_t min = 0;                     // properties
  std::uint32_t max = kUnlimited;
  friend bool operator==(const ObjectSet&, const ObjectSet&) = default;
};

/// So many items are in the set `value`.
struct ContainedItems {
  ExpressionId value = kEverything;
  std::uint32_t min = 1;
  std::uint32_t max = kUnlimited;
  friend bool operator==(const ContainedItems&, const ContainedItems&) = default;
};

struct ArraySet {
  std::vector<ExpressionId> prefix = {};
  ExpressionId rest = kEverything;
  std::uint32_t min = 0;  // items
  std::uint32_t max = kUnlimited;
  std::vector<ContainedItems> contains = {};
  const Json* unique_in = nullptr;  // the schema that asks for different items
  friend bool operator==(const ArraySet&, const ArraySet&) = default;
};

struct JsonSet {
  bool has_null = false;
  bool has_false = false;
  bool has_true = false;
  RegexId numbers = kNothing;  // as number_language.h writes sets of numbers
  bool is_canonical = false;   // each number in one spelling, as for integers and constants
  RegexId strings = kNothing;  // characters, without quotes
  std::vector<ObjectSet> objects = {};  // any of them
  std::vector<ArraySet> arrays = {};    // any of them
};

/// Alternatives for objects, and for arrays, in one set; a product of unions grows fast.
constexpr std::size_t kMaxAlternatives = 512;

}  // namespace falconet
