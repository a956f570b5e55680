// SchemaEvaluator: keywords of objects and arrays.
#include <limits>

#include "grammar/schema_evaluator.h"

namespace falconet {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

}  // namespace

Status SchemaEvaluator::member(Frame& frame, const Json& schema, const std::string& name) {
  const std::string inside = cat(frame.where, "/", escape_pointer(name));
  TRY_ASSIGN(Evaluation one, evaluate(schema, frame.value[name], inside));
  frame.result.properties.insert(name);
  if (!one.is_valid()) frame.result.failure = std::move(one.failure);
  return {};
}

Status SchemaEvaluator::item(Frame& frame, const Json& schema, std::size_t index) {
  TRY_ASSIGN(Evaluation one, evaluate(schema, frame.value[index], cat(frame.where, "/", index)));
  frame.result.items.insert(index);
  if (!one.is_valid()) frame.result.failure = std::move(one.failure);
  return {};
}

Status SchemaEvaluator::objects(Frame& frame) {
  if (!frame.value.is_object()) return {};
  TRY(object_sizes(frame));
  if (frame.goes_on()) TRY(properties(frame));
  return frame.goes_on() ? property_names(frame) : Status();
}

Status SchemaEvaluator::object_sizes(Frame& frame) {
  TRY_ASSIGN(const std::size_t min, count(frame, "minProperties", 0));
  TRY_ASSIGN(const std::size_t max, count(frame, "maxProperties", kNoLimit));
  const std::size_t size = frame.value.size();
  if (size < min) fail(frame, "minProperties", cat(size, " are too few properties"));
  if (size > max) fail(frame, "maxProperties", cat(size, " are too many properties"));
  const Json* required = frame.find("required");
  // In draft 3 it was a property's own flag, which many schemas still have.
  if (required == nullptr || required->is_boolean()) return {};
  if (!required->is_array()) return malformed(frame, "required", "a list of names");
  for (const Json& name : *required) {
    if (!name.is_string()) return malformed(frame, "required", "a list of names");
    if (frame.value.contains(name.get_ref<const std::string&>())) continue;
    fail(frame, "required", cat(to_text(name), " is missing"));
  }
  return {};
}

Status SchemaEvaluator::properties(Frame& frame) {
  const Json* named = frame.find("properties");
  const Json* patterns = frame.find("patternProperties");
  const Json* others = frame.find("additionalProperties");
  if (named != nullptr && !named->is_object()) return malformed(frame, "properties", "an object");
  if (patterns != nullptr && !patterns->is_object()) {
    return malformed(frame, "patternProperties", "an object");
  }
  for (const auto& entry : frame.value.items()) {
    const std::string& name = entry.key();
    const Json* own = named == nullptr ? nullptr : find_member(*named, name);
    bool is_known = named != nullptr && named->contains(name);
    if (own != nullptr) TRY(member(frame, *own, name));
    const Json none = Json::object();
    for (const auto& [pattern, schema] : (patterns == nullptr ? none : *patterns).items()) {
      if (!frame.goes_on()) return {};
      auto is_match = matches(pattern, name);
      if (!is_match) return std::move(is_match).error().within(at(frame, "patternProperties"));
      if (!*is_match) continue;
      is_known = true;
      TRY(member(frame, schema, name));
    }
    if (!is_known && others != nullptr) TRY(member(frame, *others, name));
    if (!frame.goes_on()) return {};
  }
  return {};
}

Status SchemaEvaluator::property_names(Frame& frame) {
  const Json* names = frame.find("propertyNames");
  if (names == nullptr) return {};
  for (const auto& entry : frame.value.items()) {
    TRY_ASSIGN(Evaluation one, evaluate(*names, Json(entry.key()), frame.where));
    if (one.is_valid()) continue;
    frame.result.failure = std::move(one.failure);
    return {};
  }
  return {};
}

Status SchemaEvaluator::arrays(Frame& frame) {
  if (!frame.value.is_array()) return {};
  TRY(array_sizes(frame));
  if (frame.goes_on()) TRY(items(frame));
  return frame.goes_on() ? contained(frame) : Status();
}

Status SchemaEvaluator::array_sizes(Frame& frame) {
  TRY_ASSIGN(const std::size_t min, count(frame, "minItems", 0));
  TRY_ASSIGN(const std::size_t max, count(frame, "maxItems", kNoLimit));
  const std::size_t size = frame.value.size();
  if (size < min) fail(frame, "minItems", cat(size, " are too few items"));
  if (size > max) fail(frame, "maxItems", cat(size, " are too many items"));
  if (!bool_member(frame.schema, "uniqueItems").value_or(false)) return {};
  num_steps_ += size * size / 2;
  if (num_steps_ > kMaxSteps) {
    return error(ErrorCode::TooLarge, at(frame, "uniqueItems"), ": too many items to compare");
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i + 1; j < size; ++j) {
      if (!are_equal_values(frame.value[i], frame.value[j])) continue;
      fail(frame, "uniqueItems", cat("items ", i, " and ", j, " are equal"));
      return {};
    }
  }
  return {};
}

// Before draft 2020-12 `items` could be the list that is now `prefixItems`, and `additionalItems`
// was what `items` is now.
Status SchemaEvaluator::items(Frame& frame) {
  const Json* first = frame.find("prefixItems");
  const Json* others = frame.find("items");
  if (others != nullptr && others->is_array()) {
    first = others;
    others = frame.find("additionalItems");
  }
  if (first != nullptr && !first->is_array()) {
    return malformed(frame, "prefixItems", "an array of schemas");
  }
  const std::size_t num_first = first == nullptr ? 0 : first->size();
  for (std::size_t i = 0; i < frame.value.size() && frame.goes_on(); ++i) {
    const Json* schema = i < num_first ? &(*first)[i] : others;
    if (schema != nullptr) TRY(item(frame, *schema, i));
  }
  return {};
}

Status SchemaEvaluator::contained(Frame& frame) {
  const Json* wanted = frame.find("contains");
  if (wanted == nullptr) return {};
  TRY_ASSIGN(const std::size_t min, count(frame, "minContains", 1));
  TRY_ASSIGN(const std::size_t max, count(frame, "maxContains", kNoLimit));
  std::size_t num_found = 0;
  for (std::size_t i = 0; i < frame.value.size(); ++i) {
    TRY_ASSIGN(const Evaluation one, evaluate(*wanted, frame.value[i], cat(frame.where, "/", i)));
    if (!one.is_valid()) continue;
    ++num_found;
    frame.result.items.insert(i);
  }
  if (num_found < min) fail(frame, "contains", cat(num_found, " such items are too few"));
  if (num_found > max) fail(frame, "maxContains", cat(num_found, " such items are too many"));
  return {};
}

Status SchemaEvaluator::unevaluated(Frame& frame) {
  const Json* properties = frame.find("unevaluatedProperties");
  if (properties != nullptr && frame.value.is_object()) {
    for (const auto& entry : frame.value.items()) {
      if (!frame.goes_on() || frame.result.properties.contains(entry.key())) continue;
      TRY(member(frame, *properties, entry.key()));
    }
  }
  const Json* items = frame.find("unevaluatedItems");
  if (items != nullptr && frame.value.is_array()) {
    for (std::size_t i = 0; i < frame.value.size(); ++i) {
      if (!frame.goes_on() || frame.result.items.contains(i)) continue;
      TRY(item(frame, *items, i));
    }
  }
  return {};
}

}  // namespace falconet
