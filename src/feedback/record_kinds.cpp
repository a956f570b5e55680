#include "feedback/record_kinds.h"

#include <array>
#include <span>

namespace falconet {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kProvenances = {"live", "imported", "replayed",
                                                          "simulated"};
constexpr std::array<std::string_view, 4> kOutcomes = {"ok", "parse_error", "schema_error",
                                                       "semantic_error"};
constexpr std::array<std::string_view, 9> kSignals = {"copied",    "regenerated", "edited",
                                                      "stopped",   "corrected",   "reasked",
                                                      "rephrased", "abandoned",   "repeated"};
constexpr std::array<std::string_view, 2> kScales = {"thumbs", "score"};
constexpr std::array<std::string_view, 2> kTriggers = {"voluntary", "probe"};
constexpr std::array<std::string_view, 3> kCoders = {"person", "rule", "model"};

constexpr std::array<std::string_view, 3> kComparisonChoices = {"first", "second", "tie"};

template <class Enum>
std::string_view name_in(std::span<const std::string_view> names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

template <class Enum>
std::optional<Enum> value_in(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view provenance_name(Provenance value) { return name_in(kProvenances, value); }
std::string_view structured_outcome_name(StructuredOutcome value) {
  return name_in(kOutcomes, value);
}
std::string_view signal_kind_name(SignalKind value) { return name_in(kSignals, value); }
std::string_view rating_scale_name(RatingScale value) { return name_in(kScales, value); }
std::string_view rating_trigger_name(RatingTrigger value) { return name_in(kTriggers, value); }
std::string_view coder_kind_name(CoderKind value) { return name_in(kCoders, value); }

std::string_view comparison_choice_name(ComparisonChoice value) {
  return name_in(kComparisonChoices, value);
}

std::optional<Provenance> provenance_of(std::string_view name) {
  return value_in<Provenance>(kProvenances, name);
}
std::optional<StructuredOutcome> structured_outcome_of(std::string_view name) {
  return value_in<StructuredOutcome>(kOutcomes, name);
}
std::optional<SignalKind> signal_kind_of(std::string_view name) {
  return value_in<SignalKind>(kSignals, name);
}
std::optional<RatingScale> rating_scale_of(std::string_view name) {
  return value_in<RatingScale>(kScales, name);
}
std::optional<RatingTrigger> rating_trigger_of(std::string_view name) {
  return value_in<RatingTrigger>(kTriggers, name);
}
std::optional<CoderKind> coder_kind_of(std::string_view name) {
  return value_in<CoderKind>(kCoders, name);
}
std::optional<ComparisonChoice> comparison_choice_of(std::string_view name) {
  return value_in<ComparisonChoice>(kComparisonChoices, name);
}

}  // namespace falconet
