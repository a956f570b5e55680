// Boolean algebra over schemas: expressions, and the sets of values that they stand for.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "grammar/json_set.h"
#include "grammar/schema_document.h"

namespace falconet {

class SchemaSets {
 public:
  static constexpr std::size_t kMaxExpressions = 100'000;
  /// Steps of set algebra for one schema; each is some microseconds at most.
  static constexpr std::size_t kMaxWork = 200'000;

  SchemaSets(const SchemaDocument& document, RegexPool& pool);

  const SchemaDocument& document() const { return document_; }
  RegexPool& pool() { return pool_; }

  // Expressions.
  ExpressionId schema(const Json& schema);
  ExpressionId constant(const Json& value);
  ExpressionId all_of(std::vector<ExpressionId> parts);
  ExpressionId any_of(std::vector<ExpressionId> parts);
  ExpressionId negated(ExpressionId part);

  /// The JSON pointer of a schema in the expression, for messages.
  std::string place_of(ExpressionId id) const;

  /// The set of an expression. Errors: Unsupported, InvalidArgument with a JSON pointer, TooLarge.
  /// The pointer stays valid.
  Result<const JsonSet*> set_of(ExpressionId id);

  // Sets.
  static JsonSet everything();
  Result<JsonSet> constant_set(const Json& value);
  Result<JsonSet> intersected(const JsonSet& a, const JsonSet& b);
  Result<JsonSet> united(JsonSet a, const JsonSet& b);
  /// Errors: Unsupported, without a pointer: what cannot be complemented depends on the caller.
  Result<JsonSet> complement(const JsonSet& set);

  /// Whether there is certainly no value; false where that is not known.
  bool is_surely_empty(ExpressionId id);
  bool is_surely_empty(const JsonSet& set);

  /// What the values of `name` must be in an object of the set.
  ExpressionId value_of(const ObjectSet& object, const std::string& name);

  /// Splits regions by a pattern: where keys match it, values must be in `value` too.
  void refine_regions(std::vector<KeyRegion>& regions, RegexId keys, ExpressionId value);

 private:
  enum class Kind : std::uint8_t { Everything, Nothing, Schema, Constant, All, Any, Not };
  struct Expression {
    Kind kind = Kind::Everything;
    const Json* json = nullptr;
    std::vector<ExpressionId> parts = {};
    friend auto operator<=>(const Expression&, const Expression&) = default;
  };
  struct Memo {
    bool is_in_progress = false;
    std::optional<Result<JsonSet>> result;
  };

  ExpressionId intern(Expression expression);
  ExpressionId join(Kind kind, std::vector<ExpressionId> parts);
  Result<JsonSet> compute(const Expression& expression);

  Result<std::optional<ObjectSet>> intersected(const ObjectSet& a, const ObjectSet& b);
  std::optional<ArraySet> intersected(const ArraySet& a, const ArraySet& b);
  bool is_surely_empty(const ObjectSet& object);
  bool is_surely_empty(const ArraySet& array);
  Result<std::vector<ObjectSet>> complement(const ObjectSet& object);
  Result<std::vector<ArraySet>> complement(const ArraySet& array);
  void complement_prefix(const ArraySet& array, std::vector<ArraySet>& parts);
  template <class Part>
  Result<std::vector<Part>> complement_all(const std::vector<Part>& parts);

  const SchemaDocument& document_;
  RegexPool& pool_;
  std::vector<Expression> expressions_;
  std::map<Expression, ExpressionId> ids_;
  std::unordered_map<std::int32_t, Memo> memo_;
  std::vector<ExpressionId> emptiness_path_;
  std::size_t work_left_ = kMaxWork;
};

}  // namespace falconet
