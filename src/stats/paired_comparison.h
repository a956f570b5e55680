// Tests of two settings on the same prompts or the same people.
#pragma once

#include <cstdint>

#include "stats/bootstrap.h"
#include "stats/interval.h"

namespace falconet {

/// Pairs of yes and no, before and after; the pairs that agree say nothing about a change.
struct PairedCounts {
  std::int64_t both = 0;
  std::int64_t only_first = 0;
  std::int64_t only_second = 0;
  std::int64_t neither = 0;
};

struct PairedProportions {
  double difference = 0;  // second − first
  Interval interval = {};
  double p_value = 1;
};

/// McNemar's exact test (the sign test of the pairs that differ), and the difference of the two
/// proportions with Newcombe's interval for paired data (1998, "Improved confidence intervals for
/// the difference between binomial proportions based on paired data", method 10 without continuity
/// correction). Pairs must be independent: one a person, or prompts replayed once.
/// Errors: InvalidArgument for a negative count or no pair; as check_level.
Result<PairedProportions> mcnemar_exact(const PairedCounts& pairs, double level = 0.95);

/// The exact two-sided sign test: `wins` against `losses`, ties left out; 1 where there are none.
/// Errors: InvalidArgument for a negative count.
Result<double> sign_test(std::int64_t wins, std::int64_t losses);

/// One prompt's or message's value under each of two settings.
struct PairedValue {
  PersonId person = {};
  double first = 0;
  double second = 0;
};

/// The mean of second − first with its bootstrap over people (bootstrap.h). Errors: as
/// bootstrap_mean.
Result<BootstrapResult> paired_bootstrap(std::span<const PairedValue> pairs,
                                         const Resampling& resampling);

}  // namespace falconet
