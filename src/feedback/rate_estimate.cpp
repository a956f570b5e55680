#include "feedback/rate_estimate.h"

#include <set>

#include "feedback/problem_burden.h"
#include "stats/proportion.h"

namespace falconet {

std::optional<MessageRate> message_rate(std::span<const WeightedValue> values,
                                        const Resampling& resampling) {
  const auto mean = hajek_proportion(values, resampling.level);
  if (!mean) return std::nullopt;
  MessageRate out{.rate = mean->mean,
                  .interval = mean->interval,
                  .num_people = mean->num_people,
                  .num_messages = mean->num_values,
                  .effective_size = mean->effective_size};
  std::set<PersonId> people_with;
  for (const WeightedValue& value : values) {
    if (value.value == 0) continue;
    ++out.num_with;
    people_with.insert(value.person);
  }
  out.num_people_with = static_cast<std::int64_t>(people_with.size());
  if (out.num_with == 0 || out.num_with == out.num_messages) return out;
  if (mean->num_people > kMostBootstrapped) return out;
  if (const auto resampled = bootstrap_mean(values, resampling)) out.bootstrap = resampled->bca;
  return out;
}

PeopleRate people_rate(std::int64_t with, std::int64_t people, double level) {
  PeopleRate out{.with = with, .people = people};
  if (const auto interval = wilson_interval({with, people}, level)) out.interval = *interval;
  return out;
}

}  // namespace falconet
