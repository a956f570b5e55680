#include "feedback/rubric.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/strings.h"

namespace falconet {
namespace {

struct ScaleName {
  RubricScale scale;
  std::string_view name;
};
constexpr std::array<ScaleName, 3> kScaleNames = {{{RubricScale::Binary, "binary"},
                                                   {RubricScale::Ordinal, "ordinal"},
                                                   {RubricScale::Nominal, "nominal"}}};
constexpr int kOrdinalSteps = 5;

Json bilingual_json(const BilingualText& text) {
  return {{"en", text.english}, {"zh", text.chinese}};
}

enum class Needed { Yes, No };

Result<BilingualText> read_bilingual(const Json& object, const char* key, Needed needed) {
  BilingualText text;
  const Json* member = find_member(object, key);
  if (member != nullptr) {
    text.english = string_member(*member, "en").value_or("");
    text.chinese = string_member(*member, "zh").value_or("");
  }
  if (text.english.size() > kMaxRubricTextBytes || text.chinese.size() > kMaxRubricTextBytes) {
    return error(ErrorCode::InvalidArgument, key, ": expected at most ", kMaxRubricTextBytes,
                 " bytes in each language");
  }
  const bool is_whole = !trim(text.english).empty() && !trim(text.chinese).empty();
  if (needed == Needed::Yes && !is_whole) {
    return error(ErrorCode::InvalidArgument, key, ": expected {\"en\": …, \"zh\": …}, both filled");
  }
  return text;
}

std::vector<RubricValue> usual_values(RubricScale scale) {
  if (scale == RubricScale::Binary) return {{0, {"No", "否"}}, {1, {"Yes", "是"}}};
  std::vector<RubricValue> values;
  for (int i = 1; i <= kOrdinalSteps; ++i) values.push_back({double(i), {cat(i), cat(i)}});
  return values;
}

Status check_values(RubricScale scale, const std::vector<RubricValue>& values) {
  std::vector<double> given;
  for (const RubricValue& value : values) given.push_back(value.value);
  if (scale == RubricScale::Binary && given != std::vector<double>{0, 1}) {
    return error(ErrorCode::InvalidArgument, "values: a binary rubric has 0 and 1");
  }
  if (scale == RubricScale::Ordinal && given != std::vector<double>{1, 2, 3, 4, 5}) {
    return error(ErrorCode::InvalidArgument, "values: an ordinal rubric has 1, 2, 3, 4 and 5");
  }
  std::ranges::sort(given);
  const bool is_repeated = std::ranges::adjacent_find(given) != given.end();
  const bool is_whole =
      std::ranges::all_of(given, [](double v) { return v == std::round(v) && v >= 0 && v < 1000; });
  if (given.size() >= 2 && given.size() <= kMaxRubricValues && !is_repeated && is_whole) return {};
  return error(ErrorCode::InvalidArgument, "values: expected 2 to ", kMaxRubricValues,
               " different whole numbers from 0 to 999");
}

}  // namespace

std::string_view rubric_scale_name(RubricScale scale) {
  return kScaleNames[static_cast<std::size_t>(scale)].name;
}

std::optional<RubricScale> rubric_scale_of(std::string_view name) {
  for (const ScaleName& each : kScaleNames) {
    if (each.name == name) return each.scale;
  }
  return std::nullopt;
}

Result<Rubric> rubric_of_json(const Json& document, const std::string& name) {
  Rubric rubric{.name = name};
  const std::string scale_name = string_member(document, "scale").value_or("");
  const std::optional<RubricScale> scale = rubric_scale_of(scale_name);
  if (!scale) {
    return error(ErrorCode::InvalidArgument, "scale: expected binary, ordinal or nominal, found '",
                 scale_name.substr(0, 40), "'");
  }
  rubric.scale = *scale;
  TRY_ASSIGN(rubric.label, read_bilingual(document, "label", Needed::Yes));
  TRY_ASSIGN(rubric.definition, read_bilingual(document, "definition", Needed::Yes));
  TRY_ASSIGN(rubric.include, read_bilingual(document, "include", Needed::No));
  TRY_ASSIGN(rubric.exclude, read_bilingual(document, "exclude", Needed::No));
  const Json* values = find_member(document, "values");
  if (values == nullptr || values->is_null() || values->empty()) {
    if (*scale != RubricScale::Nominal) rubric.values = usual_values(*scale);
  } else if (values->is_array()) {
    for (const Json& value : *values) {
      TRY_ASSIGN(BilingualText label, read_bilingual(value, "label", Needed::Yes));
      const auto number = number_member(value, "value");
      if (!number) return error(ErrorCode::InvalidArgument, "values: each needs a \"value\"");
      rubric.values.push_back({*number, std::move(label)});
    }
  }
  TRY(check_values(*scale, rubric.values));
  return rubric;
}

Json rubric_json(const Rubric& rubric) {
  Json values = Json::array();
  for (const RubricValue& value : rubric.values) {
    values.push_back({{"value", value.value}, {"label", bilingual_json(value.label)}});
  }
  return {{"scale", rubric_scale_name(rubric.scale)},
          {"label", bilingual_json(rubric.label)},
          {"definition", bilingual_json(rubric.definition)},
          {"include", bilingual_json(rubric.include)},
          {"exclude", bilingual_json(rubric.exclude)},
          {"values", std::move(values)}};
}

bool takes_value(const Rubric& rubric, double value) {
  return std::ranges::any_of(rubric.values,
                             [&](const RubricValue& each) { return each.value == value; });
}

}  // namespace falconet
