// Whether coders who judged the same units agree beyond chance.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/bootstrap.h"
#include "stats/people.h"

namespace falconet {

using UnitId = StrongId<struct UnitTag>;

/// One coder's judgement of one unit (a message, a span); judgements that are missing are left out.
struct Coding {
  UnitId unit = {};
  PersonId coder = {};
  double value = 0;  // a category's number, a rank or a measurement
};

/// What the difference of two values means.
enum class Measurement { Nominal, Ordinal, Interval };

struct Agreement {
  double alpha = 0;  // 1: perfect; 0: as by chance
  Interval interval = {};
  int num_units = 0;   // judged by two coders or more: the others say nothing about agreement
  int num_values = 0;  // judgements of those units
};

/// Krippendorff's alpha for any number of coders and missing judgements ("Computing Krippendorff's
/// alpha-reliability", 2011), with the percentile bootstrap over units (Zapf et al. 2016). Below
/// some 20 units the interval is too short; resamples in which nothing varies are left out. Errors:
/// InvalidArgument for a value that is not finite, a coder who judged a unit twice, fewer than two
/// units judged twice, or where all values agree on one (alpha is 0/0: the code was never put to
/// the test); TooLarge beyond 200 different values; as check_resampling.
Result<Agreement> krippendorff_alpha(std::span<const Coding> codings, Measurement measurement,
                                     const Resampling& resampling);

struct PairAgreement {
  PersonId first = {};
  PersonId second = {};
  int num_units = 0;  // judged by both
  /// Cohen's kappa (1960) and its normal interval by Fleiss, Cohen and Everitt's variance (1969);
  /// nothing where both gave one and the same value throughout.
  std::optional<double> kappa = {};
  Interval interval = {};
};

/// Every pair of coders who share a unit, in the order of their ids.
/// Errors: InvalidArgument for a value that is not finite or a unit judged twice; as check_level.
Result<std::vector<PairAgreement>> pairwise_kappa(std::span<const Coding> codings,
                                                  double level = 0.95);

}  // namespace falconet
