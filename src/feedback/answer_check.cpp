#include "feedback/answer_check.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "grammar/schema_validator.h"

namespace falconet {
namespace {

constexpr std::array<std::string_view, 6> kKindNames = {"boxed", "exact", "contains",
                                                        "json",  "tool",  "schema"};

/// What stands in the last \boxed{…} that holds no braces; nothing if there is none.
std::string last_boxed(const std::string& text) {
  constexpr std::string_view kOpen = "\\boxed{";
  for (std::size_t from = text.rfind(kOpen); from != std::string::npos;
       from = from == 0 ? std::string::npos : text.rfind(kOpen, from - 1)) {
    const std::size_t begin = from + kOpen.size();
    const std::size_t end = text.find_first_of("{}", begin);
    if (end != std::string::npos && text[end] == '}') {
      return std::string(trim(text.substr(begin, end - begin)));
    }
  }
  return {};
}

/// Whether a text is this JSON, its members in any order.
bool is_same_json(std::string_view text, const Json& wanted) {
  const auto said = parse_sorted_json(text);
  const auto sorted = parse_sorted_json(to_text(wanted));
  return said && sorted && *said == *sorted;
}

/// Whether a text is JSON that the schema takes; where that cannot be told, it is not.
bool keeps_to(const std::string& text, const Json& schema) {
  const Result<Json> value = parse_json(text);
  const Result<SchemaValidator> validator = SchemaValidator::from_schema(schema);
  if (!value || !validator) return false;
  const Result<SchemaVerdict> verdict = validator->judge(*value);
  return verdict && verdict->is_valid;
}

/// Errors: those of a schema that no object can be judged by.
Status check_schema(const Json& schema) {
  TRY_ASSIGN(const SchemaValidator validator, SchemaValidator::from_schema(schema));
  TRY(validator.judge(Json::object()));
  return {};
}

bool holds_part(const std::string& lower, const Json& part) {
  return part.is_string() && lower.find(to_lower(part.get<std::string>())) != std::string::npos;
}

}  // namespace

Result<AnswerCheck> AnswerCheck::of(const Json& check) {
  const std::string name = string_member(check, "kind").value_or("");
  const auto found = std::ranges::find(kKindNames, std::string_view(name));
  if (found == kKindNames.end()) {
    return error(ErrorCode::InvalidArgument,
                 "check.kind: expected boxed, exact, contains, json, tool or schema, found '",
                 name.substr(0, 40), "'");
  }
  const Json* value = find_member(check, "value");
  if (value == nullptr) return error(ErrorCode::InvalidArgument, "check.value: is missing");
  AnswerCheck made;
  made.kind_ = static_cast<Kind>(found - kKindNames.begin());
  made.value_ = *value;
  const bool wants_text = made.kind_ == Kind::Boxed || made.kind_ == Kind::Exact;
  const bool wants_call = made.kind_ == Kind::Tool;
  if ((wants_text && !value->is_string()) ||
      (made.kind_ == Kind::Contains && !value->is_string() && !value->is_array()) ||
      (wants_call && find_member(*value, "name") == nullptr)) {
    return error(ErrorCode::InvalidArgument, "check.value: is no value for '", name, "'");
  }
  if (made.kind_ != Kind::Schema) return made;
  Status checked = check_schema(*value);
  if (!checked) return std::move(checked).error().within("check.value");
  return made;
}

std::optional<AnswerCheck> AnswerCheck::by_example(std::string_view right) {
  AnswerCheck made;
  const std::string boxed = last_boxed(std::string(right));
  if (!boxed.empty()) {
    made.kind_ = Kind::Boxed;
    made.value_ = boxed;
    return made;
  }
  Result<Json> json = parse_json(trim(right));
  if (!json || !json->is_structured()) return std::nullopt;
  made.kind_ = Kind::SameJson;
  made.value_ = *std::move(json);
  return made;
}

bool AnswerCheck::is_right(const VisibleAnswer& answer) const {
  const std::string content(trim(answer.content));
  switch (kind_) {
    case Kind::Boxed: return last_boxed(content) == value_.get<std::string>();
    case Kind::Exact: return content == value_.get<std::string>();
    case Kind::SameJson: return is_same_json(content, value_);
    case Kind::Tool:
      return answer.calls.size() == 1 && answer.calls[0].name == value_["name"] &&
             is_same_json(answer.calls[0].arguments, value_.value("arguments", Json::object()));
    case Kind::Schema: return keeps_to(content, value_);
    case Kind::Contains: break;
  }
  const std::string lower = to_lower(content);
  if (value_.is_string()) return holds_part(lower, value_);
  return std::ranges::all_of(value_, [&](const auto& part) { return holds_part(lower, part); });
}

}  // namespace falconet
