#include "feedback/rated_rate.h"

namespace falconet {
namespace {

// Fewer answered probes leave intervals that say nothing; then all ratings speak, and are marked.
constexpr std::int64_t kLeastProbes = 30;

}  // namespace

RatingBasis rating_basis(const AnalysisTable& table) {
  return table.num_probes_answered >= kLeastProbes ? RatingBasis::Probes : RatingBasis::All;
}

std::vector<WeightedValue> rated_values(const AnalysisTable& table, RatedTest counts,
                                        RatedTest have) {
  const bool is_weighted = rating_basis(table) == RatingBasis::Probes;
  std::vector<WeightedValue> values;
  for (const RatedAnswer& answer : table.rated) {
    if ((is_weighted && !answer.is_probe) || !counts(answer)) continue;
    values.push_back({answer.person, have(answer) ? 1.0 : 0.0, is_weighted ? answer.weight : 1});
  }
  return values;
}

std::optional<MessageRate> rated_rate(const AnalysisTable& table, RatedTest counts, RatedTest have,
                                      const Resampling& resampling) {
  return message_rate(rated_values(table, counts, have), resampling);
}

}  // namespace falconet
