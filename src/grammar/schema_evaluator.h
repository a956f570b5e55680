// The inside of SchemaValidator: one walk over a value and its schema.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "grammar/regex_pool.h"
#include "grammar/schema_document.h"
#include "grammar/schema_validator.h"

namespace falconet {

/// What a schema said of one value; what it evaluated counts only where it is valid.
struct Evaluation {
  std::string failure = {};  // empty: valid
  std::set<std::string, std::less<>> properties = {};
  std::set<std::size_t> items = {};

  bool is_valid() const { return failure.empty(); }
  void adopt(const Evaluation& other);
};

class SchemaEvaluator {
 public:
  /// Recursion is on the caller's stack, and so is that of a schema that refers to itself.
  static constexpr int kMaxDepth = 1000;
  /// Subschemas applied to values: some tenth of a second. Answers need some thousand.
  static constexpr std::uint64_t kMaxSteps = 1'000'000;
  /// Derivatives that all texts together take under patterns, formats and divisors; one a
  /// character.
  static constexpr std::uint64_t kMaxMatchWork = 1'000'000;

  /// The document must outlive it.
  explicit SchemaEvaluator(const SchemaDocument& document);

  Result<SchemaVerdict> judge(const Json& value);

 private:
  /// A subschema at work on a value.
  struct Frame {
    const Json& schema;
    const Json& value;
    const std::string& where;  // the value's JSON pointer
    Evaluation result = {};

    const Json* find(std::string_view keyword) const { return find_member(schema, keyword); }
    bool goes_on() const { return result.is_valid(); }
  };

  Result<Evaluation> evaluate(const Json& schema, const Json& value, const std::string& where);
  Status apply(Frame& frame);
  Status apply_to_same_value(Frame& frame);
  void fail(Frame& frame, std::string_view keyword, std::string_view why) const;
  std::string at(const Frame& frame, std::string_view keyword) const;
  Error malformed(const Frame& frame, std::string_view keyword, std::string_view expected) const;

  Status references(Frame& frame);
  Status adopt_all(Frame& frame, const Json& schema);
  Status all_of(Frame& frame);
  Status any_of(Frame& frame);
  Status one_of(Frame& frame);
  Status negation(Frame& frame);
  Status condition(Frame& frame);
  Status dependencies(Frame& frame);

  Status type(Frame& frame);
  Status constants(Frame& frame);
  Status strings(Frame& frame);
  Status numbers(Frame& frame);
  Status bound(Frame& frame, const char* keyword, bool is_lower, bool is_exclusive);
  Status multiple(Frame& frame);
  Result<std::size_t> count(const Frame& frame, const char* keyword, std::size_t absent) const;
  Result<bool> matches(const std::string& pattern, const std::string& text);
  Result<bool> has_format(const std::string& format, const std::string& text);

  Status objects(Frame& frame);
  Status object_sizes(Frame& frame);
  Status properties(Frame& frame);
  Status property_names(Frame& frame);
  Status arrays(Frame& frame);
  Status array_sizes(Frame& frame);
  Status items(Frame& frame);
  Status contained(Frame& frame);
  Status unevaluated(Frame& frame);
  Status member(Frame& frame, const Json& schema, const std::string& name);
  Status item(Frame& frame, const Json& schema, std::size_t index);

  const SchemaDocument& document_;
  RegexPool pool_;
  std::map<std::string, Result<RegexId>, std::less<>> languages_;
  std::vector<std::string_view>
      scope_;  // the document's resources that evaluation is in, outermost first
  std::uint64_t num_steps_ = 0;
  int depth_ = 0;
};

}  // namespace falconet
