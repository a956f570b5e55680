#include "feedback/problem_burden.h"

#include <algorithm>

#include "stats/bootstrap.h"

namespace falconet {

std::optional<ProblemBurden> problem_burden(std::span<const WeightedValue> values,
                                            const Resampling& resampling) {
  std::vector<PersonId> people;
  for (const WeightedValue& value : values) people.push_back(value.person);
  const PersonIndex index = index_people(people);
  if (index.num_people < 2) return std::nullopt;
  struct PersonTotals {
    double with = 0;
    double all = 0;
  };
  std::vector<PersonTotals> totals(static_cast<std::size_t>(index.num_people));
  for (std::size_t i = 0; i < values.size(); ++i) {
    PersonTotals& person = totals[static_cast<std::size_t>(index.of[i])];
    person.with += values[i].weight * values[i].value;
    person.all += values[i].weight;
  }
  const auto burden = [&](std::span<const double> times) -> std::optional<double> {
    double with = 0, all = 0, people_with = 0, num_people = 0;
    for (std::size_t i = 0; i < totals.size(); ++i) {
      with += times[i] * totals[i].with;
      all += times[i] * totals[i].all;
      people_with += totals[i].with > 0 ? times[i] : 0;
      num_people += times[i];
    }
    return all > 0 ? std::optional(with / all * people_with / num_people) : std::nullopt;
  };
  const std::vector<double> once(totals.size(), 1.0);
  ProblemBurden out{.value = burden(once).value_or(0)};
  if (out.value == 0) return out;
  Resampling drawn = resampling;
  if (index.num_people > kMostBootstrapped) {
    drawn.num_resamples = std::max(100, drawn.num_resamples / 10);
  }
  if (const auto interval = bootstrap_interval(index.num_people, burden, drawn)) {
    out.interval = *interval;
  }
  return out;
}

}  // namespace falconet
