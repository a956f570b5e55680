// Sets of JSON values as states of a program.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/grammar.h"
#include "grammar/program.h"
#include "grammar/schema_sets.h"

namespace falconet {

class SchemaCompiler {
 public:
  /// States of one counted object or array; a limit of a million properties is refused.
  static constexpr std::size_t kMaxCountedStates = 50'000;

  SchemaCompiler(SchemaSets& sets, Program& program, const SchemaOptions& options);

  /// The state that reads one value of the set. Values inside are compiled as well.
  /// Errors: TooLarge; Unsupported (a schema that cannot be met, or as arguments could not be
  /// read).
  Result<StateId> compile(ExpressionId value);

 private:
  struct ObjectPlan;
  struct ArrayPlan;

  /// The state of an expression, compiled now or later.
  StateId state_of(ExpressionId value);
  Status fill(ExpressionId value, StateId state);
  RegexId scalars(const JsonSet& set);

  /// The state that reads the objects of a set as a call's arguments.
  Result<StateId> arguments(ExpressionId value);
  Result<StateId> object(const ObjectSet& object, ObjectSpelling spelling);
  void plan_regions(const ObjectSet& object, ObjectPlan& plan);
  static Status check_arguments(ObjectPlan& plan);
  Alternative key_of(const PropertySet& property, ObjectSpelling spelling,
                     const Target& value) const;
  void fill_keys(const ObjectPlan& plan, std::size_t i, std::uint32_t count);
  void fill_next(const ObjectPlan& plan, std::size_t i, std::uint32_t count);

  Result<StateId> array(const ArraySet& array);
  StateId rest_of_array(const ArrayPlan& plan);
  StateId contained_rest(const ArrayPlan& plan, const ContainedItems& items);
  Result<StateId> unique_rest(const ArraySet& array, const ArrayPlan& plan);
  StateId first_items(const ArraySet& array, std::uint32_t min, StateId rest);
  StateId loop(const ArrayPlan& plan, ItemCounter counter, StateId item, bool can_close);
  StateId item(const std::vector<std::pair<ExpressionId, StateId>>& choices);

  SchemaSets& sets_;
  RegexPool& pool_;
  Program& program_;
  RegexId space_ = kEmptyText;
  RegexId comma_ = kNothing;
  RegexId colon_ = kNothing;
  bool is_compact_ = true;
  ObjectSpelling outermost_ = ObjectSpelling::Braces;
  std::unordered_map<std::int32_t, StateId> states_;
  std::vector<std::pair<ExpressionId, StateId>> open_;
};

}  // namespace falconet
