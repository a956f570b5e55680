// A question that coders answer about an answer: its scale, and what counts, in both languages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

enum class RubricScale {
  Binary,   // 0 or 1
  Ordinal,  // 1 to 5
  Nominal,  // one of its values, whose order means nothing
};

std::string_view rubric_scale_name(RubricScale scale);
std::optional<RubricScale> rubric_scale_of(std::string_view name);

struct BilingualText {
  std::string english = {};
  std::string chinese = {};
  friend bool operator==(const BilingualText&, const BilingualText&) = default;
};

struct RubricValue {
  double value = 0;
  BilingualText label = {};
};

struct Rubric {
  std::string name = {};     // "correctness"
  std::int64_t version = 1;  // a rubric that was used never changes: it gets a version
  RubricScale scale = RubricScale::Binary;
  BilingualText label = {};
  BilingualText definition = {};
  BilingualText include = {};            // what counts though one might think it does not
  BilingualText exclude = {};            // and the other way round
  std::vector<RubricValue> values = {};  // each that may be given, in order
};

// Numbers on a keyboard choose.
constexpr std::size_t kMaxRubricValues = 9;
constexpr std::size_t kMaxRubricTextBytes = 2000;

/// Binary and ordinal rubrics have 0 and 1, or 1 to 5, and need not name them; a nominal one needs
/// 2 to kMaxRubricValues different whole values. Errors: InvalidArgument naming the member.
Result<Rubric> rubric_of_json(const Json& document, const std::string& name);

/// Without name and version, which the store keeps beside it.
Json rubric_json(const Rubric& rubric);

bool takes_value(const Rubric& rubric, double value);

/// What comes with the program, as version 1: correctness, helpfulness, reasoning_intact, format,
/// tone, context_recall, harmless.
const std::vector<Rubric>& rubric_presets();

}  // namespace falconet
