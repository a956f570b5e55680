// SchemaEvaluator: the walk, references, and the keywords that combine schemas.
#include "grammar/schema_evaluator.h"

#include <utility>

namespace falconet {

void Evaluation::adopt(const Evaluation& other) {
  properties.insert(other.properties.begin(), other.properties.end());
  items.insert(other.items.begin(), other.items.end());
}

SchemaEvaluator::SchemaEvaluator(const SchemaDocument& document) : document_(document) {
  pool_.set_work_limit(kMaxMatchWork);
}

Result<SchemaVerdict> SchemaEvaluator::judge(const Json& value) {
  num_steps_ = 0;
  TRY_ASSIGN(Evaluation result, evaluate(document_.root(), value, ""));
  return SchemaVerdict{.is_valid = result.is_valid(), .error = std::move(result.failure)};
}

std::string SchemaEvaluator::at(const Frame& frame, std::string_view keyword) const {
  return cat(document_.pointer(frame.schema), "/", keyword);
}

void SchemaEvaluator::fail(Frame& frame, std::string_view keyword, std::string_view why) const {
  frame.result.failure =
      cat(frame.where.empty() ? "the root" : frame.where, ": ", why, " (",
          keyword.empty() ? document_.pointer(frame.schema) : at(frame, keyword), ")");
}

Error SchemaEvaluator::malformed(const Frame& frame, std::string_view keyword,
                                 std::string_view expected) const {
  return error(ErrorCode::InvalidArgument, at(frame, keyword), ": expected ", expected);
}

Result<Evaluation> SchemaEvaluator::evaluate(const Json& schema, const Json& value,
                                             const std::string& where) {
  Frame frame{schema, value, where};
  if (++num_steps_ > kMaxSteps) {
    return error(ErrorCode::TooLarge, "judging the value takes more than ", kMaxSteps, " steps");
  }
  if (depth_ >= kMaxDepth) {
    return error(ErrorCode::TooLarge, document_.pointer(schema),
                 ": schemas refer to each other more than ", kMaxDepth, " deep");
  }
  if (schema.is_boolean()) {
    if (!schema.get<bool>()) fail(frame, "", "nothing is allowed here");
    return std::move(frame.result);
  }
  if (!schema.is_object()) {
    return error(ErrorCode::InvalidArgument, document_.pointer(schema),
                 ": expected a schema: an object, true or false");
  }
  ++depth_;
  scope_.push_back(document_.base(schema));
  const Status applied = apply(frame);
  scope_.pop_back();
  --depth_;
  if (!applied) return applied.error();
  return std::move(frame.result);
}

Status SchemaEvaluator::apply(Frame& frame) {
  TRY(references(frame));
  if (document_.ignores_siblings_of_ref() && frame.find("$ref") != nullptr) return {};
  using Keywords = Status (SchemaEvaluator::*)(Frame&);
  static constexpr Keywords kInOrder[] = {&SchemaEvaluator::type,
                                          &SchemaEvaluator::constants,
                                          &SchemaEvaluator::strings,
                                          &SchemaEvaluator::numbers,
                                          &SchemaEvaluator::objects,
                                          &SchemaEvaluator::arrays,
                                          &SchemaEvaluator::apply_to_same_value,
                                          &SchemaEvaluator::unevaluated};
  for (const Keywords keywords : kInOrder) {
    if (!frame.goes_on()) return {};
    TRY((this->*keywords)(frame));
  }
  return {};
}

Status SchemaEvaluator::apply_to_same_value(Frame& frame) {
  using Keywords = Status (SchemaEvaluator::*)(Frame&);
  static constexpr Keywords kInOrder[] = {
      &SchemaEvaluator::all_of,   &SchemaEvaluator::any_of,    &SchemaEvaluator::one_of,
      &SchemaEvaluator::negation, &SchemaEvaluator::condition, &SchemaEvaluator::dependencies};
  for (const Keywords keywords : kInOrder) {
    if (!frame.goes_on()) return {};
    TRY((this->*keywords)(frame));
  }
  return {};
}

/// The value must be valid under `schema` as well.
Status SchemaEvaluator::adopt_all(Frame& frame, const Json& schema) {
  TRY_ASSIGN(Evaluation other, evaluate(schema, frame.value, frame.where));
  if (other.is_valid()) {
    frame.result.adopt(other);
  } else {
    frame.result.failure = std::move(other.failure);
  }
  return {};
}

Status SchemaEvaluator::references(Frame& frame) {
  for (const char* keyword : {"$ref", "$dynamicRef"}) {
    const Json* reference = frame.find(keyword);
    if (reference == nullptr || !frame.goes_on()) continue;
    if (!reference->is_string()) return malformed(frame, keyword, "a URI reference");
    const std::string& uri = reference->get_ref<const std::string&>();
    const bool is_dynamic = std::string_view(keyword) == "$dynamicRef";
    auto target = is_dynamic ? document_.resolve_dynamic(frame.schema, uri, scope_)
                             : document_.resolve(frame.schema, uri);
    if (!target) return std::move(target).error().within(at(frame, keyword));
    TRY(adopt_all(frame, **target));
  }
  if (frame.find("$recursiveRef") != nullptr) {
    return error(ErrorCode::Unsupported, at(frame, "$recursiveRef"),
                 ": only $ref and $dynamicRef are known");
  }
  return {};
}

Status SchemaEvaluator::all_of(Frame& frame) {
  const Json* parts = frame.find("allOf");
  if (parts == nullptr) return {};
  if (!parts->is_array()) return malformed(frame, "allOf", "an array of schemas");
  for (const Json& part : *parts) {
    if (frame.goes_on()) TRY(adopt_all(frame, part));
  }
  return {};
}

Status SchemaEvaluator::any_of(Frame& frame) {
  const Json* parts = frame.find("anyOf");
  if (parts == nullptr) return {};
  if (!parts->is_array()) return malformed(frame, "anyOf", "an array of schemas");
  bool is_any = false;
  // All of them are asked: each may evaluate properties of its own.
  for (const Json& part : *parts) {
    TRY_ASSIGN(const Evaluation one, evaluate(part, frame.value, frame.where));
    if (one.is_valid()) frame.result.adopt(one);
    is_any = is_any || one.is_valid();
  }
  if (!is_any) fail(frame, "anyOf", "none of the alternatives is met");
  return {};
}

Status SchemaEvaluator::one_of(Frame& frame) {
  const Json* parts = frame.find("oneOf");
  if (parts == nullptr) return {};
  if (!parts->is_array()) return malformed(frame, "oneOf", "an array of schemas");
  std::size_t num_valid = 0;
  for (const Json& part : *parts) {
    TRY_ASSIGN(const Evaluation one, evaluate(part, frame.value, frame.where));
    if (one.is_valid()) frame.result.adopt(one);
    num_valid += one.is_valid() ? 1 : 0;
  }
  if (num_valid != 1) {
    fail(frame, "oneOf", cat(num_valid, " of the alternatives are met where one must be"));
  }
  return {};
}

Status SchemaEvaluator::negation(Frame& frame) {
  const Json* part = frame.find("not");
  if (part == nullptr) return {};
  TRY_ASSIGN(const Evaluation other, evaluate(*part, frame.value, frame.where));
  if (other.is_valid()) fail(frame, "not", "what must not be met is met");
  return {};
}

Status SchemaEvaluator::condition(Frame& frame) {
  const Json* condition = frame.find("if");
  if (condition == nullptr || !document_.knows_conditions()) return {};
  TRY_ASSIGN(const Evaluation holds, evaluate(*condition, frame.value, frame.where));
  if (holds.is_valid()) frame.result.adopt(holds);
  const Json* branch = frame.find(holds.is_valid() ? "then" : "else");
  return branch == nullptr ? Status() : adopt_all(frame, *branch);
}

Status SchemaEvaluator::dependencies(Frame& frame) {
  if (!frame.value.is_object()) return {};
  for (const char* keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {
    const Json* dependencies = frame.find(keyword);
    if (dependencies == nullptr) continue;
    if (!dependencies->is_object()) return malformed(frame, keyword, "an object");
    for (const auto& [name, dependency] : dependencies->items()) {
      if (!frame.goes_on() || !frame.value.contains(name)) continue;
      if (!dependency.is_array()) {
        TRY(adopt_all(frame, dependency));
        continue;
      }
      for (const Json& other : dependency) {
        if (!other.is_string()) return malformed(frame, keyword, "lists of names");
        if (frame.value.contains(other.get_ref<const std::string&>())) continue;
        fail(frame, keyword, cat("\"", name, "\" is there without ", to_text(other)));
      }
    }
  }
  return {};
}

}  // namespace falconet
