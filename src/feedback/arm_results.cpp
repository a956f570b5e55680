#include "feedback/arm_results.h"

#include <algorithm>
#include <map>
#include <set>

namespace falconet {
namespace {

struct ArmValues {
  std::set<std::int32_t> people = {};
  std::int64_t num_answers = 0;
  std::vector<WeightedValue> poor = {};
  std::vector<WeightedValue> malformed = {};
  std::vector<double> total_ms = {};
};

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

std::vector<ArmOutcome> arm_outcomes(const AnalysisTable& table, const Resampling& resampling) {
  std::map<std::string_view, ArmValues> arms;
  for (const GivenAnswer& answer : table.answers) {
    const StudyGeneration& generation = *answer.generation;
    if (generation.arm.empty()) continue;
    ArmValues& values = arms[generation.arm];
    values.people.insert(answer.person.value);
    ++values.num_answers;
    if (generation.total_ms > 0) values.total_ms.push_back(generation.total_ms);
    if (generation.structured_outcome) {
      const bool is_ok = *generation.structured_outcome == StructuredOutcome::Ok;
      values.malformed.push_back({answer.person, is_ok ? 0.0 : 1.0, 1});
    }
  }
  for (const RatedAnswer& answer : table.rated) {
    const auto found = arms.find(answer.generation->arm);
    if (found == arms.end()) continue;
    found->second.poor.push_back({answer.person, answer.is_poor ? 1.0 : 0.0, 1});
  }
  std::vector<ArmOutcome> outcomes;
  for (const auto& [arm, values] : arms) {
    outcomes.push_back({.arm = std::string(arm),
                        .num_people = static_cast<std::int64_t>(values.people.size()),
                        .num_answers = values.num_answers,
                        .num_ratings = static_cast<std::int64_t>(values.poor.size()),
                        .poor = message_rate(values.poor, resampling),
                        .malformed = message_rate(values.malformed, resampling),
                        .median_total_ms = median_of(values.total_ms)});
  }
  return outcomes;
}

void name_arms(const std::vector<Experiment>& experiments,
               std::vector<StudyGeneration>& generations) {
  std::map<std::string, std::string, std::less<>> names;
  for (const Experiment& experiment : experiments) {
    names[arm_label(experiment.id, Arm::First)] = experiment.first.name;
    names[arm_label(experiment.id, Arm::Second)] = experiment.second.name;
  }
  for (StudyGeneration& generation : generations) {
    const auto found = names.find(generation.arm);
    if (found != names.end()) generation.arm = found->second;
  }
}

}  // namespace falconet
