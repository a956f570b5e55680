// Judges finished JSON values by a schema, keyword by keyword: for schemas that are no grammar.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

/// Whether a value is what its schema asks for.
struct SchemaVerdict {
  bool is_valid = true;
  /// If not: where in the value, by its JSON pointer, and which keyword says no.
  std::string error = {};
};

/// All assertions of draft 2020-12, `format` among them, and the older spellings of drafts 4 to 7.
/// Shares nothing with the automaton but the reader of patterns, formats and divisors, so that each
/// can be tested by the other. Immutable and safe to share between threads.
class SchemaValidator {
 public:
  /// Errors: TooLarge (subschemas, depth).
  static Result<SchemaValidator> from_schema(Json schema);

  SchemaValidator(SchemaValidator&&) noexcept;
  SchemaValidator& operator=(SchemaValidator&&) noexcept;
  ~SchemaValidator();

  /// Errors, where it cannot be told: Unsupported (a reference out of the schema, a pattern with
  /// back references), TooLarge (too many steps), InvalidArgument (a malformed keyword); each names
  /// the keyword by its JSON pointer.
  Result<SchemaVerdict> judge(const Json& value) const;

 private:
  struct Parts;
  explicit SchemaValidator(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// Equality as JSON Schema means it: of numbers by value, of objects whatever the order of keys.
bool are_equal_values(const Json& a, const Json& b);

}  // namespace falconet
