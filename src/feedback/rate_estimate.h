// A share with its interval: of messages, clustered by person, or of people.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stats/bootstrap.h"
#include "stats/weighted_mean.h"

namespace falconet {

/// 0 where there is no whole.
inline double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Of messages: Hájek's share with the interval of hajek_proportion, and the bootstrap's beside it.
struct MessageRate {
  double rate = 0;
  Interval interval = {};
  std::optional<Interval> bootstrap = {};  // bias-corrected; none where nothing varies,
                                           // or with more than kMostBootstrapped people
  std::int64_t num_people = 0;
  std::int64_t num_messages = 0;
  std::int64_t num_people_with = 0;  // at least one
  std::int64_t num_with = 0;
  double effective_size = 0;  // independent messages that would say as much
};

/// Of people, each counted once: Wilson's interval.
struct PeopleRate {
  std::int64_t with = 0;
  std::int64_t people = 0;
  std::optional<Interval> interval = {};  // none without people

  double rate() const {
    return people == 0 ? 0 : static_cast<double>(with) / static_cast<double>(people);
  }
};

/// Nothing with fewer than two people: one person's messages say nothing about others.
std::optional<MessageRate> message_rate(std::span<const WeightedValue> values,
                                        const Resampling& resampling);

PeopleRate people_rate(std::int64_t with, std::int64_t people, double level);

}  // namespace falconet
