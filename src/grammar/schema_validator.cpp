#include "grammar/schema_validator.h"

#include <utility>

#include "grammar/schema_evaluator.h"

namespace falconet {

struct SchemaValidator::Parts {
  explicit Parts(Json root) : schema(std::move(root)) {}

  Json schema;
  SchemaDocument document = {};  // of `schema`, which does not move
};

SchemaValidator::SchemaValidator(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SchemaValidator::SchemaValidator(SchemaValidator&&) noexcept = default;
SchemaValidator& SchemaValidator::operator=(SchemaValidator&&) noexcept = default;
SchemaValidator::~SchemaValidator() = default;

Result<SchemaValidator> SchemaValidator::from_schema(Json schema) {
  auto parts = std::make_unique<Parts>(std::move(schema));
  TRY_ASSIGN(parts->document, SchemaDocument::read(parts->schema));
  return SchemaValidator(std::move(parts));
}

// A fresh evaluator each time: nothing of one value weighs on the next.
Result<SchemaVerdict> SchemaValidator::judge(const Json& value) const {
  return SchemaEvaluator(parts_->document).judge(value);
}

}  // namespace falconet
