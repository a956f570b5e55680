// SchemaReader: the keywords that combine schemas.
#include <algorithm>

#include "grammar/schema_reader.h"

namespace falconet {

Status SchemaReader::read_all_of() {
  const Json* parts = find("allOf");
  if (parts == nullptr) return {};
  if (!parts->is_array()) return malformed("allOf", "an array of schemas");
  for (const Json& part : *parts) TRY(narrow("allOf", sets_.schema(part)));
  return {};
}

/// What each branch leaves of the values that the other keywords allow.
Result<std::vector<JsonSet>> SchemaReader::branches(const char* keyword) {
  const Json* parts = find(keyword);
  if (!parts->is_array() || parts->empty()) return malformed(keyword, "an array of schemas");
  std::vector<JsonSet> sets;
  for (const Json& part : *parts) {
    const auto set = sets_.set_of(sets_.schema(part));
    if (!set) return placed(keyword, Error(set.error()));
    auto both = sets_.intersected(set_, **set);
    if (!both) return placed(keyword, std::move(both).error());
    sets.push_back(std::move(*both));
  }
  return sets;
}

Status SchemaReader::read_any_of() {
  if (find("anyOf") == nullptr) return {};
  TRY_ASSIGN(const std::vector<JsonSet> sets, branches("anyOf"));
  JsonSet any;
  for (const JsonSet& set : sets) {
    auto more = sets_.united(std::move(any), set);
    if (!more) return placed("anyOf", std::move(more).error());
    any = std::move(*more);
  }
  set_ = std::move(any);
  return {};
}

/// Branches that share no value are alternatives; from the others, what the rest allows is taken
/// away.
Status SchemaReader::read_one_of() {
  if (find("oneOf") == nullptr) return {};
  TRY_ASSIGN(const std::vector<JsonSet> sets, branches("oneOf"));
  JsonSet one;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    JsonSet alone = sets[i];
    for (std::size_t j = 0; j < sets.size(); ++j) {
      if (i == j) continue;
      auto shared = sets_.intersected(alone, sets[j]);
      if (!shared) return placed("oneOf", std::move(shared).error());
      if (sets_.is_surely_empty(*shared)) continue;
      auto outside = sets_.complement(sets[j]);
      if (!outside) return placed("oneOf", std::move(outside).error());
      auto rest = sets_.intersected(alone, *outside);
      if (!rest) return placed("oneOf", std::move(rest).error());
      alone = std::move(*rest);
    }
    auto more = sets_.united(std::move(one), alone);
    if (!more) return placed("oneOf", std::move(more).error());
    one = std::move(*more);
  }
  set_ = std::move(one);
  return {};
}

Status SchemaReader::read_not() {
  const Json* part = find("not");
  if (part == nullptr) return {};
  return narrow("not", sets_.negated(sets_.schema(*part)));
}

Status SchemaReader::read_condition() {
  const Json* condition = find("if");
  if (condition == nullptr || !sets_.document().knows_conditions()) return {};
  const Json* then = find("then");
  const Json* otherwise = find("else");
  if (then == nullptr && otherwise == nullptr) return {};
  const ExpressionId holds = sets_.schema(*condition);
  const ExpressionId if_so = then != nullptr ? sets_.schema(*then) : kEverything;
  const ExpressionId if_not = otherwise != nullptr ? sets_.schema(*otherwise) : kEverything;
  return narrow("if", sets_.any_of({sets_.all_of({holds, if_so}),
                                    sets_.all_of({sets_.negated(holds), if_not})}));
}

Status SchemaReader::read_dependency(const char* keyword, const std::string& name,
                                     const Json& dependency) {
  JsonSet absent = SchemaSets::everything();
  absent.objects = {{.properties = {{name, kNoValue, false}}}};
  JsonSet present = SchemaSets::everything();
  present.objects = {{.properties = {{name, kEverything, true}}}};
  if (dependency.is_array()) {
    for (const Json& other : dependency) {
      if (!other.is_string()) return malformed(keyword, "lists of names");
      const std::string& text = other.get_ref<const std::string&>();
      if (text == name) continue;
      for (ObjectSet& object : present.objects) {
        object.properties.push_back({text, kEverything, true});
      }
    }
  } else {
    const auto set = sets_.set_of(sets_.schema(dependency));
    if (!set) return placed(keyword, Error(set.error()));
    auto both = sets_.intersected(present, **set);
    if (!both) return placed(keyword, std::move(both).error());
    present = std::move(*both);
  }
  auto either = sets_.united(std::move(absent), present);
  if (!either) return placed(keyword, std::move(either).error());
  return narrow(keyword, *either);
}

Status SchemaReader::read_dependencies() {
  for (const char* keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {
    const Json* dependencies = find(keyword);
    if (dependencies == nullptr) continue;
    TRY(expect_map(keyword));
    for (const auto& [name, dependency] : dependencies->items()) {
      TRY(read_dependency(keyword, name, dependency));
    }
  }
  return {};
}

}  // namespace falconet
