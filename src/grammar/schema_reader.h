// One schema object, keyword by keyword, as a set of values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "grammar/json_set.h"
#include "grammar/schema_sets.h"

namespace falconet {

class SchemaReader {
 public:
  SchemaReader(SchemaSets& sets, const Json& schema) : sets_(sets), schema_(schema) {}

  /// Errors: as Grammar::from_json_schema(), with the keyword's pointer.
  Result<JsonSet> read();

 private:
  // Assertions on one type.
  Status read_type();
  Status read_enum();
  Status read_strings();
  Status read_numbers();
  Status read_bound(const char* keyword, bool is_lower, bool is_exclusive);
  Status read_arrays();
  Status read_items(ArraySet& array);
  Status read_contains(ArraySet& array);
  Status read_objects();
  Status read_regions(std::vector<KeyRegion>& regions);
  Status read_properties(ObjectSet& object);
  Status read_required(ObjectSet& object);
  Status read_property_names(ObjectSet& object);
  Status read_unevaluated();

  // Combinations of schemas.
  Status read_references();
  Status read_all_of();
  Status read_any_of();
  Status read_one_of();
  Status read_not();
  Status read_condition();
  Status read_dependencies();
  Status read_dependency(const char* keyword, const std::string& name, const Json& dependency);

  Status narrow(const char* keyword, const JsonSet& to);
  Status narrow(const char* keyword, ExpressionId to);
  Result<std::vector<JsonSet>> branches(const char* keyword);

  const Json* find(const char* keyword) const { return find_member(schema_, keyword); }
  /// A whole number of at least 0, or `absent`. Errors: InvalidArgument.
  Result<std::uint32_t> count(const char* keyword, std::uint32_t absent) const;
  Status expect_map(const char* keyword) const;
  std::string at(std::string_view keyword) const;
  Error malformed(std::string_view keyword, std::string_view expected) const;
  Error unsupported(std::string_view keyword, std::string_view why) const;
  /// The error with the keyword's pointer, unless it has one already.
  Error placed(const char* keyword, Error failure) const;

  SchemaSets& sets_;
  const Json& schema_;
  JsonSet set_ = SchemaSets::everything();
};

}  // namespace falconet
